/** Layers with weights as PyTorch's modules. */
import { channelsFirst, type SampleShape } from "../../../ml/network/layer.ts";
import { callOf, type PythonContext, type PythonTable } from "../context.ts";

export const WEIGHTED: PythonTable<
  "conv2d" | "linear" | "batchNorm2d" | "batchNorm1d" | "layerNorm" | "groupNorm"
> = {
  conv2d(layer, x, { path, inputShape }, { assign, call }) {
    const { outChannels, kernelSize, stride, padding, dilation, groups, bias } = layer;
    const options = { stride, padding, dilation, groups, bias };
    const sizes = `(${kernelSize.join(", ")})`;
    const module = callOf("nn.Conv2d", [last(inputShape), outChannels, sizes], options);
    return assign(call(path, module, x));
  },
  linear({ bias }, x, { path, inputShape, outputShape }, { assign, call }) {
    const module = callOf("nn.Linear", [last(inputShape), last(outputShape)], { bias });
    return assign(call(path, module, x));
  },
  batchNorm2d: (layer, x, place, context) => batchNorm("nn.BatchNorm2d", layer, x, place, context),
  batchNorm1d: (layer, x, place, context) => batchNorm("nn.BatchNorm1d", layer, x, place, context),
  layerNorm({ eps }, x, { path, inputShape }, { assign, call }) {
    const shape = `(${channelsFirst(inputShape).join(", ")},)`;
    return assign(call(path, callOf("nn.LayerNorm", [shape], { eps }), x));
  },
  groupNorm({ numGroups, eps }, x, { path, inputShape }, { assign, call }) {
    const module = callOf("nn.GroupNorm", [numGroups, last(inputShape)], { eps });
    return assign(call(path, module, x));
  },
};

interface BatchNormOptions {
  readonly eps: number;
  readonly momentum: number;
  readonly affine: boolean;
}

function batchNorm(
  name: string,
  { eps, momentum, affine }: BatchNormOptions,
  x: string,
  { path, inputShape }: { readonly path: string; readonly inputShape: SampleShape },
  { assign, call }: PythonContext,
): string {
  const module = callOf(name, [last(inputShape)], { eps, momentum, affine });
  return assign(call(path, module, x));
}

function last(shape: SampleShape): number {
  return shape.at(-1) ?? 1;
}
