/** Operations of fully connected and convolutional layers in TensorFlow. */
import type { Attributes } from "../graph_def.ts";
import { FLOAT, type LowerTable, NHWC } from "./context.ts";

const CONVOLUTION = {
  ...FLOAT,
  ...NHWC,
  strides: { ints: [1, 1, 1, 1] },
  padding: { string: "VALID" },
  dilations: { ints: [1, 1, 1, 1] },
  explicit_paddings: { ints: [] },
  use_cudnn_on_gpu: { bool: true },
} as const satisfies Attributes;

export const DENSE: LowerTable<"matMul" | "biasAdd" | "biasGradient" | "relu" | "reluGradient"> = {
  matMul: (tensor, { writer, inputs }) =>
    writer.add("MatMul", inputs(tensor), {
      ...FLOAT,
      transpose_a: { bool: tensor.attributes.transposeA },
      transpose_b: { bool: tensor.attributes.transposeB },
    }),
  biasAdd: (tensor, { writer, inputs }) =>
    writer.add("BiasAdd", inputs(tensor), { ...FLOAT, ...NHWC }),
  biasGradient: (tensor, { writer, inputs }) =>
    writer.add("BiasAddGrad", inputs(tensor), { ...FLOAT, ...NHWC }),
  relu: (tensor, { writer, inputs }) => writer.add("Relu", inputs(tensor), FLOAT),
  reluGradient: (tensor, { writer, inputs }) => writer.add("ReluGrad", inputs(tensor), FLOAT),
};

export const IMAGE: LowerTable<
  "conv2d" | "conv2dInputGradient" | "conv2dFilterGradient" | "maxPool2d" | "maxPool2dGradient"
> = {
  conv2d: (tensor, { writer, inputs }) => writer.add("Conv2D", inputs(tensor), CONVOLUTION),
  conv2dInputGradient(tensor, { writer, inputs, int32s }) {
    const sizes = int32s(tensor.attributes.inputShape);
    return writer.add("Conv2DBackpropInput", [sizes, ...inputs(tensor)], CONVOLUTION);
  },
  conv2dFilterGradient(tensor, { writer, input, int32s }) {
    const [x, dy] = [input(tensor, 0), input(tensor, 1)];
    const sizes = int32s(tensor.attributes.filterShape);
    return writer.add("Conv2DBackpropFilter", [x, sizes, dy], CONVOLUTION);
  },
  maxPool2d: (tensor, { writer, inputs }) =>
    writer.add("MaxPool", inputs(tensor), pooling(tensor.attributes.size)),
  maxPool2dGradient: (tensor, { writer, inputs }) =>
    writer.add("MaxPoolGrad", inputs(tensor), pooling(tensor.attributes.size)),
};

function pooling(size: number): Attributes {
  return {
    ...FLOAT,
    ...NHWC,
    ksize: { ints: [1, size, size, 1] },
    strides: { ints: [1, size, size, 1] },
    padding: { string: "VALID" },
    explicit_paddings: { ints: [] },
  };
}
