/** Convolutions and pools on tfjs: its kernels where they can, with padding, slices and groups made around them. */
import * as tf from "@tensorflow/tfjs-core";
import type { OpAttributes } from "../../graph/tensor.ts";
import { type Convolution, isPadded, type Padding, type Pooling } from "../../graph/windows.ts";

/** The smallest float32. tfjs pads with numbers only. */
const LOWEST = -3.4028234663852886e38;

/** Runs a convolution. */
export function convolve(x: tf.Tensor, filter: tf.Tensor, attributes: Convolution): tf.Tensor {
  const { groups } = attributes;
  const padded = pad(x, attributes.padding, 0);
  const [, , perGroup = 1, outputs = 1] = filter.shape;
  if (groups > 1 && perGroup === 1) {
    const [height = 1, width = 1] = filter.shape;
    const shaped = tf.reshape(filter, [height, width, groups, outputs / groups]) as tf.Tensor4D;
    return strided(
      attributes,
      (strides, dilations) =>
        tf.depthwiseConv2d(padded as tf.Tensor4D, shaped, strides, "valid", "NHWC", dilations),
    );
  }
  const convolveGroup = (image: tf.Tensor, kernel: tf.Tensor) =>
    strided(attributes, (strides, dilations) =>
      tf.conv2d(
        image as tf.Tensor4D,
        kernel as tf.Tensor4D,
        strides,
        "valid",
        "NHWC",
        dilations,
      ));
  if (groups === 1) return convolveGroup(padded, filter);
  const kernels = tf.split(filter, groups, 3);
  return tf.concat(
    tf.split(padded, groups, 3).map((image, group) => {
      const kernel = kernels[group];
      if (!kernel) throw new RangeError(`Cannot convolve: group ${group} has no filter.`);
      return convolveGroup(image, kernel);
    }),
    3,
  );
}

/** Moves pixels by a map of each image. A projective map has two numbers more; 0 makes it affine. */
export function movePixels(
  images: tf.Tensor,
  maps: tf.Tensor,
  { interpolation, size: [height, width] }: OpAttributes["movePixels"],
): tf.Tensor {
  const transforms = tf.pad(maps, [[0, 0], [0, 2]]) as tf.Tensor2D;
  const size: [number, number] = [height, width];
  return tf.image.transform(
    images as tf.Tensor4D,
    transforms,
    interpolation,
    "constant",
    0,
    size,
  );
}

/** Takes the maximum of each window. */
export function maxPool(x: tf.Tensor, { size, strides, padding }: Pooling): tf.Tensor {
  return tf.maxPool(pad(x, padding, LOWEST) as tf.Tensor4D, [...size], [...strides], "valid");
}

/** Takes the mean of each window, padding included. */
export function averagePool(x: tf.Tensor, { size, strides, padding }: Pooling): tf.Tensor {
  return tf.avgPool(pad(x, padding, 0) as tf.Tensor4D, [...size], [...strides], "valid");
}

/** tfjs refuses strides beside dilations: then every place is computed, and those between the strides are dropped. */
function strided(
  { strides, dilations }: Convolution,
  run: (strides: [number, number], dilations: [number, number]) => tf.Tensor,
): tf.Tensor {
  const [down, right] = strides;
  if (Math.max(...strides) === 1 || Math.max(...dilations) === 1) {
    return run([...strides], [...dilations]);
  }
  const every = run([1, 1], [...dilations]);
  return tf.stridedSlice(every, [0, 0, 0, 0], [...every.shape], [1, down, right, 1]);
}

function pad(x: tf.Tensor, padding: Padding, value: number): tf.Tensor {
  const [top, bottom, left, right] = padding;
  if (!isPadded(padding)) return x;
  return tf.pad(x, [[0, 0], [top, bottom], [left, right], [0, 0]], value);
}
