/** Layers without weights as PyTorch's functions. Dropout drops in training mode alone. */
import type { PoolOptions } from "../../../ml/network/windows.ts";
import { callOf, type PythonTable, type PythonValue } from "../context.ts";

export const FUNCTIONAL: PythonTable<
  | "flatten"
  | "identity"
  | "maxPool2d"
  | "avgPool2d"
  | "globalAvgPool"
  | "globalMaxPool"
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
  | "dropout"
  | "dropout2d"
> = {
  flatten: (_layer, x, _place, { assign }) => assign(callOf("torch.flatten", [x, 1])),
  identity: (_layer, x) => x,
  maxPool2d: (layer, x, _place, { assign }) =>
    assign(callOf("F.max_pool2d", [x], poolOptions(layer))),
  avgPool2d: (layer, x, _place, { assign }) =>
    assign(callOf("F.avg_pool2d", [x], {
      ...poolOptions(layer),
      count_include_pad: layer.countIncludePad,
    })),
  globalAvgPool: (_layer, x, _place, { assign }) => assign(callOf("F.adaptive_avg_pool2d", [x, 1])),
  globalMaxPool: (_layer, x, _place, { assign }) => assign(callOf("F.adaptive_max_pool2d", [x, 1])),
  relu: (_layer, x, _place, { assign }) => assign(callOf("F.relu", [x])),
  relu6: (_layer, x, _place, { assign }) => assign(callOf("F.relu6", [x])),
  leakyRelu: ({ negativeSlope }, x, _place, { assign }) =>
    assign(callOf("F.leaky_relu", [x], { negative_slope: negativeSlope })),
  elu: ({ alpha }, x, _place, { assign }) => assign(callOf("F.elu", [x], { alpha })),
  gelu: ({ approximate }, x, _place, { assign }) =>
    assign(callOf("F.gelu", [x], { approximate: approximate ? "tanh" : "none" })),
  silu: (_layer, x, _place, { assign }) => assign(callOf("F.silu", [x])),
  hardswish: (_layer, x, _place, { assign }) => assign(callOf("F.hardswish", [x])),
  sigmoid: (_layer, x, _place, { assign }) => assign(callOf("torch.sigmoid", [x])),
  tanh: (_layer, x, _place, { assign }) => assign(callOf("torch.tanh", [x])),
  softmax: (_layer, x, _place, { assign }) => assign(callOf("F.softmax", [x, 1])),
  logSoftmax: (_layer, x, _place, { assign }) => assign(callOf("F.log_softmax", [x, 1])),
  dropout: ({ p }, x, _place, { assign }) => assign(callOf("F.dropout", [x, p, "self.training"])),
  dropout2d: ({ p }, x, _place, { assign }) =>
    assign(callOf("F.dropout2d", [x, p, "self.training"])),
};

function poolOptions(
  { kernelSize, stride, padding, ceilMode }: PoolOptions,
): Readonly<Record<string, PythonValue>> {
  return { kernel_size: kernelSize, stride, padding, ceil_mode: ceilMode };
}
