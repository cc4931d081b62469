/** Operations of convolutional layers. Images are [batch, height, width, channels]. */
import {
  apply,
  inputAt,
  type Op,
  sameShape,
  type Shape,
  shapeError,
  sizeAt,
  type Tensor,
} from "../tensor.ts";

/** Cross-correlation with [height, width, in, out], without padding, stride 1. */
export const conv2dOp: Op<"conv2d"> = {
  kind: "conv2d",
  infer(inputs) {
    const [x, filter] = [inputAt(inputs, 0), inputAt(inputs, 1)];
    if (x.shape.length !== 4 || filter.shape.length !== 4 || x.shape[3] !== filter.shape[2]) {
      throw shapeError("conv2d", "they must be [n, h, w, in] and [kh, kw, in, out]", inputs);
    }
    const height = sizeAt(x.shape, 1) - sizeAt(filter.shape, 0) + 1;
    const width = sizeAt(x.shape, 2) - sizeAt(filter.shape, 1) + 1;
    if (height < 1 || width < 1) {
      throw shapeError("conv2d", "the kernel must fit into the image", inputs);
    }
    return { shape: [sizeAt(x.shape, 0), height, width, sizeAt(filter.shape, 3)], dtype: x.dtype };
  },
  gradient({ inputs }, dy) {
    const [x, filter] = [inputAt(inputs, 0), inputAt(inputs, 1)];
    return [conv2dInputGradient(filter, dy, x.shape), conv2dFilterGradient(x, dy, filter.shape)];
  },
  inputFields({ inputs }, [height, width]) {
    const { shape } = inputAt(inputs, 1);
    return [[height + sizeAt(shape, 0) - 1, width + sizeAt(shape, 1) - 1], undefined];
  },
};

export function conv2d(x: Tensor, filter: Tensor): Tensor {
  return apply(conv2dOp, [x, filter], {});
}

export const conv2dInputGradientOp: Op<"conv2dInputGradient"> = {
  kind: "conv2dInputGradient",
  infer: (inputs, { inputShape }) => ({ shape: inputShape, dtype: inputAt(inputs, 1).dtype }),
};

export function conv2dInputGradient(filter: Tensor, dy: Tensor, inputShape: Shape): Tensor {
  return apply(conv2dInputGradientOp, [filter, dy], { inputShape });
}

export const conv2dFilterGradientOp: Op<"conv2dFilterGradient"> = {
  kind: "conv2dFilterGradient",
  infer: (inputs, { filterShape }) => ({ shape: filterShape, dtype: inputAt(inputs, 1).dtype }),
};

export function conv2dFilterGradient(x: Tensor, dy: Tensor, filterShape: Shape): Tensor {
  return apply(conv2dFilterGradientOp, [x, dy], { filterShape });
}

/** The maximum of each size x size window; incomplete windows at the edge are dropped. */
export const maxPool2dOp: Op<"maxPool2d"> = {
  kind: "maxPool2d",
  infer(inputs, { size }) {
    const x = inputAt(inputs, 0);
    const [batch, height, width, channels] = x.shape;
    if (
      batch === undefined || height === undefined || width === undefined ||
      channels === undefined || x.shape.length !== 4 || height < size || width < size
    ) {
      throw shapeError(
        "maxPool2d",
        `it must be [n, h, w, c] of at least ${size} x ${size}`,
        inputs,
      );
    }
    const shape = [batch, Math.floor(height / size), Math.floor(width / size), channels];
    return { shape, dtype: x.dtype };
  },
  gradient(node, dy) {
    const x = inputAt(node.inputs, 0);
    return [maxPool2dGradient(x, node, dy, node.attributes.size)];
  },
  inputFields: ({ attributes: { size } }, [height, width]) => [[height * size, width * size]],
};

export function maxPool2d(x: Tensor, size: number): Tensor {
  return apply(maxPool2dOp, [x], { size });
}

/** The gradient goes to the first maximum of each window. */
export const maxPool2dGradientOp: Op<"maxPool2dGradient"> = {
  kind: "maxPool2dGradient",
  infer(inputs) {
    const [x, y, dy] = [inputAt(inputs, 0), inputAt(inputs, 1), inputAt(inputs, 2)];
    if (!sameShape(y.shape, dy.shape)) {
      throw shapeError("maxPool2dGradient", "output and its gradient must have one shape", inputs);
    }
    return { shape: x.shape, dtype: x.dtype };
  },
};

export function maxPool2dGradient(x: Tensor, y: Tensor, dy: Tensor, size: number): Tensor {
  return apply(maxPool2dGradientOp, [x, y, dy], { size });
}
