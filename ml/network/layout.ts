/**
 * Memory layouts of parameters: engines keep channels last, PyTorch keeps them first. Arrays outside of an engine
 * (checkpoints, exports, initial weights) have PyTorch's layout.
 */
import { elementCount, type Shape, sizeAt } from "../graph/tensor.ts";

/** The two layouts of a parameter. */
export interface ParameterLayout {
  /** PyTorch's shape: kernels [out, in, height, width], matrices [out, in], biases [out]. */
  readonly torchShape: Shape;
  /** Converts from PyTorch's layout to the engines'. */
  fromTorch(values: Float32Array): Float32Array;
  /** Converts from the engines' layout to PyTorch's. */
  toTorch(values: Float32Array): Float32Array;
}

/** Creates the layout of an array that both keep alike, such as a bias. */
export function sameLayout(shape: Shape): ParameterLayout {
  return {
    torchShape: shape,
    fromTorch: (values) => values.slice(),
    toTorch: (values) => values.slice(),
  };
}

/** Creates the layout of a kernel: [height, width, in, out] inside, [out, in, height, width] in PyTorch. */
export function kernelLayout(shape: Shape): ParameterLayout {
  const [inputs, outputs] = [sizeAt(shape, -2), sizeAt(shape, -1)];
  const window = shape.slice(0, -2);
  return outputsFirst([outputs, inputs, ...window], elementCount(window), inputs, outputs);
}

/**
 * Creates the layout of a matrix: [in, out] inside, [out, in] in PyTorch.
 *
 * @param image [height, width, channels] that the inputs were flattened from: PyTorch orders them by channel, row,
 *   column, the engines by row, column, channel
 */
export function matrixLayout(
  inputs: number,
  outputs: number,
  image: Shape = [1, 1, inputs],
): ParameterLayout {
  const channels = sizeAt(image, -1);
  return outputsFirst([outputs, inputs], inputs / channels, channels, outputs);
}

/**
 * Creates the layout of an array with a value for each value of a sample.
 *
 * @param shape [height, width, channels] or [features]
 * @param image [height, width, channels] that a vector was flattened from
 */
export function activationsLayout(shape: Shape, image: Shape = shape): ParameterLayout {
  const [height, width, channels] = image;
  if (height === undefined || width === undefined || channels === undefined) {
    return sameLayout(shape);
  }
  const torchShape = shape.length === 1 ? shape : [channels, height, width];
  return outputsFirst(torchShape, height * width, channels, 1);
}

/** Creates the layout of [place, in, out] inside, [out, in, place] in PyTorch. */
function outputsFirst(
  torchShape: Shape,
  places: number,
  channels: number,
  outputs: number,
): ParameterLayout {
  const torch = (output: number, channel: number, place: number) =>
    (output * channels + channel) * places + place;
  const engine = (output: number, channel: number, place: number) =>
    (place * channels + channel) * outputs + output;
  const move = (values: Float32Array, from: typeof torch, to: typeof torch) => {
    const moved = new Float32Array(values.length);
    for (let output = 0; output < outputs; output++) {
      for (let channel = 0; channel < channels; channel++) {
        for (let place = 0; place < places; place++) {
          moved[to(output, channel, place)] = values[from(output, channel, place)] ?? 0;
        }
      }
    }
    return moved;
  };
  return {
    torchShape,
    fromTorch: (values) => move(values, torch, engine),
    toTorch: (values) => move(values, engine, torch),
  };
}
