/** Activation functions for which engines have kernels, with their gradients. */
import { sameFields } from "../image_field.ts";
import {
  apply,
  inputAt,
  type Op,
  type OpKind,
  sameShape,
  shapeError,
  type Tensor,
  type TensorType,
} from "../tensor.ts";

/** min(max(x, 0), 6) */
export const relu6Op: Op<"relu6"> = {
  kind: "relu6",
  infer: sameType,
  gradient: (node, dy) => [apply(relu6GradientOp, [dy, node], {})],
  inputFields: sameFields,
};

/** Computes min(max(x, 0), 6) of each element. */
export function relu6(x: Tensor): Tensor {
  return apply(relu6Op, [x], {});
}

/** The gradient where the output is between 0 and 6, else 0. */
export const relu6GradientOp: Op<"relu6Gradient"> = {
  kind: "relu6Gradient",
  infer: (inputs) => pair("relu6Gradient", inputs),
};

/** x above 0, else slope * x. */
export const leakyReluOp: Op<"leakyRelu"> = {
  kind: "leakyRelu",
  infer: sameType,
  gradient: ({ inputs, attributes }, dy) => [
    apply(leakyReluGradientOp, [dy, inputAt(inputs, 0)], attributes),
  ],
  inputFields: sameFields,
};

/** Computes x where it is above 0, else slope * x. */
export function leakyRelu(x: Tensor, slope: number): Tensor {
  return apply(leakyReluOp, [x], { slope });
}

/** The gradient where the input is above 0, else slope times it. */
export const leakyReluGradientOp: Op<"leakyReluGradient"> = {
  kind: "leakyReluGradient",
  infer: (inputs) => pair("leakyReluGradient", inputs),
};

/** x above 0, else exp(x) - 1. */
export const eluOp: Op<"elu"> = {
  kind: "elu",
  infer: sameType,
  gradient: (node, dy) => [apply(eluGradientOp, [dy, node], {})],
  inputFields: sameFields,
};

/** Computes x where it is above 0, else exp(x) - 1. */
export function elu(x: Tensor): Tensor {
  return apply(eluOp, [x], {});
}

/** The gradient times exp(x) where the output is below 0. */
export const eluGradientOp: Op<"eluGradient"> = {
  kind: "eluGradient",
  infer: (inputs) => pair("eluGradient", inputs),
};

/** 1 / (1 + exp(-x)) */
export const sigmoidOp: Op<"sigmoid"> = {
  kind: "sigmoid",
  infer: sameType,
  gradient: (node, dy) => [apply(sigmoidGradientOp, [dy, node], {})],
  inputFields: sameFields,
};

/** Computes 1 / (1 + exp(-x)) of each element. */
export function sigmoid(x: Tensor): Tensor {
  return apply(sigmoidOp, [x], {});
}

/** The gradient times y * (1 - y). */
export const sigmoidGradientOp: Op<"sigmoidGradient"> = {
  kind: "sigmoidGradient",
  infer: (inputs) => pair("sigmoidGradient", inputs),
};

/** The hyperbolic tangent. */
export const tanhOp: Op<"tanh"> = {
  kind: "tanh",
  infer: sameType,
  gradient: (node, dy) => [apply(tanhGradientOp, [dy, node], {})],
  inputFields: sameFields,
};

/** Computes the hyperbolic tangent of each element. */
export function tanh(x: Tensor): Tensor {
  return apply(tanhOp, [x], {});
}

/** The gradient times 1 - y * y. */
export const tanhGradientOp: Op<"tanhGradient"> = {
  kind: "tanhGradient",
  infer: (inputs) => pair("tanhGradient", inputs),
};

function sameType(inputs: readonly Tensor[]): TensorType {
  const { shape, dtype } = inputAt(inputs, 0);
  return { shape, dtype };
}

function pair(kind: OpKind, inputs: readonly Tensor[]): TensorType {
  const [dy, y] = [inputAt(inputs, 0), inputAt(inputs, 1)];
  if (!sameShape(dy.shape, y.shape)) throw shapeError(kind, "both must have one shape", inputs);
  return { shape: dy.shape, dtype: dy.dtype };
}
