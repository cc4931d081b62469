/** Operations of fully connected layers and activation functions in TensorFlow. */
import { FLOAT, type LowerTable, NHWC } from "./context.ts";

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

export const ACTIVATIONS: LowerTable<
  | "relu6"
  | "relu6Gradient"
  | "leakyRelu"
  | "leakyReluGradient"
  | "elu"
  | "eluGradient"
  | "sigmoid"
  | "sigmoidGradient"
  | "tanh"
  | "tanhGradient"
> = {
  relu6: (tensor, { writer, inputs }) => writer.add("Relu6", inputs(tensor), FLOAT),
  relu6Gradient: (tensor, { writer, inputs }) => writer.add("Relu6Grad", inputs(tensor), FLOAT),
  leakyRelu: (tensor, { writer, inputs }) =>
    writer.add("LeakyRelu", inputs(tensor), {
      ...FLOAT,
      alpha: { float: tensor.attributes.slope },
    }),
  leakyReluGradient: (tensor, { writer, inputs }) =>
    writer.add("LeakyReluGrad", inputs(tensor), {
      ...FLOAT,
      alpha: { float: tensor.attributes.slope },
    }),
  elu: (tensor, { writer, inputs }) => writer.add("Elu", inputs(tensor), FLOAT),
  eluGradient: (tensor, { writer, inputs }) => writer.add("EluGrad", inputs(tensor), FLOAT),
  sigmoid: (tensor, { writer, inputs }) => writer.add("Sigmoid", inputs(tensor), FLOAT),
  // These two take the output before its gradient.
  sigmoidGradient: (tensor, { writer, inputs }) =>
    writer.add("SigmoidGrad", inputs(tensor).toReversed(), FLOAT),
  tanh: (tensor, { writer, inputs }) => writer.add("Tanh", inputs(tensor), FLOAT),
  tanhGradient: (tensor, { writer, inputs }) =>
    writer.add("TanhGrad", inputs(tensor).toReversed(), FLOAT),
};
