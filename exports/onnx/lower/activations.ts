/** Activations in ONNX. GELU is put together from simpler operations: opset 17 has none. */
import type { At, OnnxContext, OnnxTable } from "../context.ts";

/** The axis of classes and channels. */
const CHANNELS = { axis: { int: 1 } } as const;

export const ACTIVATIONS: OnnxTable<
  | "relu"
  | "relu6"
  | "leakyRelu"
  | "elu"
  | "gelu"
  | "silu"
  | "hardswish"
  | "sigmoid"
  | "tanh"
  | "softmax"
  | "logSoftmax"
> = {
  relu: (_layer, x, place, { add }) => add(place, "Relu", [x]),
  relu6: (_layer, x, place, { add, graph }) =>
    add(place, "Clip", [x, graph.scalar(0), graph.scalar(6)]),
  leakyRelu: ({ negativeSlope }, x, place, { add }) =>
    add(place, "LeakyRelu", [x], { alpha: { float: negativeSlope } }),
  elu: ({ alpha }, x, place, { add }) => add(place, "Elu", [x], { alpha: { float: alpha } }),
  gelu({ approximate }, x, place, context) {
    const { add, graph } = context;
    const curve = approximate ? approximation(x, place, context) : exact(x, place, context);
    const half = add(place, "Mul", [x, graph.scalar(0.5)]);
    return add(place, "Mul", [half, add(place, "Add", [curve, graph.scalar(1)])]);
  },
  silu: (_layer, x, place, { add }) => add(place, "Mul", [x, add(place, "Sigmoid", [x])]),
  hardswish: (_layer, x, place, { add }) => add(place, "HardSwish", [x]),
  sigmoid: (_layer, x, place, { add }) => add(place, "Sigmoid", [x]),
  tanh: (_layer, x, place, { add }) => add(place, "Tanh", [x]),
  softmax: (_layer, x, place, { add }) => add(place, "Softmax", [x], CHANNELS),
  logSoftmax: (_layer, x, place, { add }) => add(place, "LogSoftmax", [x], CHANNELS),
};

/** erf(x / sqrt(2)) */
function exact(x: string, at: At, { add, graph }: OnnxContext): string {
  return add(at, "Erf", [add(at, "Mul", [x, graph.scalar(Math.SQRT1_2)])]);
}

/** tanh(sqrt(2 / pi) * (x + 0.044715 x³)) */
function approximation(x: string, at: At, { add, graph }: OnnxContext): string {
  const cube = add(at, "Mul", [x, add(at, "Mul", [x, x])]);
  const sum = add(at, "Add", [x, add(at, "Mul", [cube, graph.scalar(0.044715)])]);
  return add(at, "Tanh", [add(at, "Mul", [sum, graph.scalar(Math.sqrt(2 / Math.PI))])]);
}
