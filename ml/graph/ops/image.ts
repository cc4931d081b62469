/** Operations of convolutional layers. Images are [batch, height, width, channels]. */
import {
  apply,
  inputAt,
  type Op,
  type OpKind,
  sameShape,
  type Shape,
  shapeError,
  sizeAt,
  type Tensor,
  type TensorType,
} from "../tensor.ts";
import { isImage, wholeField } from "../image_field.ts";
import {
  type Convolution,
  countWindows,
  fieldOfWindows,
  isWindow,
  NO_PADDING,
  ONES,
  type Pair,
  type Pooling,
  type Window,
} from "../windows.ts";

/** Cross-correlation with [height, width, in / groups, out]; padding is zeros. */
export const conv2dOp: Op<"conv2d"> = {
  kind: "conv2d",
  infer(inputs, convolution) {
    const [x, filter] = [inputAt(inputs, 0), inputAt(inputs, 1)];
    const { groups } = convolution;
    if (
      x.shape.length !== 4 || filter.shape.length !== 4 ||
      sizeAt(x.shape, 3) !== sizeAt(filter.shape, 2) * groups
    ) {
      throw shapeError("conv2d", "they must be [n, h, w, in] and [kh, kw, in, out]", inputs);
    }
    if (sizeAt(filter.shape, 3) % groups !== 0) {
      throw shapeError("conv2d", `${groups} groups must divide the channels`, inputs);
    }
    const window = windowOf(convolution, filter.shape);
    const [height, width] = countWindows(wholeField(x), window);
    if (!isWindow(window) || height < 1 || width < 1) {
      throw shapeError("conv2d", "the kernel must fit into the image", inputs);
    }
    return { shape: [sizeAt(x.shape, 0), height, width, sizeAt(filter.shape, 3)], dtype: x.dtype };
  },
  gradient({ inputs, attributes }, dy) {
    const [x, filter] = [inputAt(inputs, 0), inputAt(inputs, 1)];
    return [
      apply(conv2dInputGradientOp, [filter, dy], { ...attributes, inputShape: x.shape }),
      apply(conv2dFilterGradientOp, [x, dy], { ...attributes, filterShape: filter.shape }),
    ];
  },
  inputFields({ inputs, attributes }, field) {
    const [x, filter] = [inputAt(inputs, 0), inputAt(inputs, 1)];
    return [fieldOfWindows(wholeField(x), field, windowOf(attributes, filter.shape)), undefined];
  },
};

/**
 * Cross-correlates [n, h, w, in] with a filter [kh, kw, in / groups, out]: [n, h', w', out].
 *
 * @throws {RangeError} if the kernel does not fit into the padded image, or the channels do not
 */
export function conv2d(x: Tensor, filter: Tensor, convolution: Partial<Convolution> = {}): Tensor {
  const { strides = ONES, padding = NO_PADDING, dilations = ONES, groups = 1 } = convolution;
  return apply(conv2dOp, [x, filter], { strides, padding, dilations, groups });
}

export const conv2dInputGradientOp: Op<"conv2dInputGradient"> = {
  kind: "conv2dInputGradient",
  infer: (inputs, { inputShape }) => ({ shape: inputShape, dtype: inputAt(inputs, 1).dtype }),
};

export const conv2dFilterGradientOp: Op<"conv2dFilterGradient"> = {
  kind: "conv2dFilterGradient",
  infer: (inputs, { filterShape }) => ({ shape: filterShape, dtype: inputAt(inputs, 1).dtype }),
};

/** The maximum of each window; padding is never the maximum. */
export const maxPool2dOp: Op<"maxPool2d"> = {
  kind: "maxPool2d",
  infer: (inputs, pooling) => pooled("maxPool2d", inputs, pooling),
  gradient(node, dy) {
    const x = inputAt(node.inputs, 0);
    return [apply(maxPool2dGradientOp, [x, node, dy], node.attributes)];
  },
  inputFields: ({ inputs, attributes }, field) => [
    fieldOfWindows(wholeField(inputAt(inputs, 0)), field, { ...attributes, dilations: ONES }),
  ],
};

/** @param size of square windows, or [height, width]; strides are the size unless given */
export function maxPool2d(
  x: Tensor,
  size: number | Pair,
  options: Partial<Omit<Pooling, "size">> = {},
): Tensor {
  return apply(maxPool2dOp, [x], poolingOf(size, options));
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

/** The sum of each window, divided by its size; padding is zeros. */
export const averagePool2dOp: Op<"averagePool2d"> = {
  kind: "averagePool2d",
  infer: (inputs, pooling) => pooled("averagePool2d", inputs, pooling),
  gradient({ inputs, attributes }, dy) {
    const inputShape = inputAt(inputs, 0).shape;
    return [apply(averagePool2dGradientOp, [dy], { ...attributes, inputShape })];
  },
  inputFields: ({ inputs, attributes }, field) => [
    fieldOfWindows(wholeField(inputAt(inputs, 0)), field, { ...attributes, dilations: ONES }),
  ],
};

/** @param size of square windows, or [height, width]; strides are the size unless given */
export function averagePool2d(
  x: Tensor,
  size: number | Pair,
  options: Partial<Omit<Pooling, "size">> = {},
): Tensor {
  return apply(averagePool2dOp, [x], poolingOf(size, options));
}

export const averagePool2dGradientOp: Op<"averagePool2dGradient"> = {
  kind: "averagePool2dGradient",
  infer: (inputs, { inputShape }) => ({ shape: inputShape, dtype: inputAt(inputs, 0).dtype }),
};

function windowOf({ strides, padding, dilations }: Convolution, filter: Shape): Window {
  return { size: [sizeAt(filter, 0), sizeAt(filter, 1)], strides, padding, dilations };
}

function poolingOf(size: number | Pair, options: Partial<Omit<Pooling, "size">>): Pooling {
  const sizes = typeof size === "number" ? [size, size] as const : size;
  const { strides = sizes, padding = NO_PADDING } = options;
  return { size: sizes, strides, padding };
}

function pooled(kind: OpKind, inputs: readonly Tensor[], pooling: Pooling): TensorType {
  const x = inputAt(inputs, 0);
  const [batch, , , channels] = x.shape;
  const window = { ...pooling, dilations: ONES };
  const [height, width] = isImage(x) ? countWindows(wholeField(x), window) : [0, 0];
  if (
    batch === undefined || channels === undefined || height < 1 || width < 1 || !isWindow(window)
  ) {
    const [high, wide] = pooling.size;
    throw shapeError(kind, `it must be [n, h, w, c] of at least ${high} x ${wide}`, inputs);
  }
  return { shape: [batch, height, width, channels], dtype: x.dtype };
}
