/** Convolutions and fully connected layers in ONNX. */
import { bothSides } from "../../../ml/network/windows.ts";
import type { At, OnnxContext, OnnxTable } from "../context.ts";
import { padsOf } from "./pooling.ts";

export const CONVOLUTION: OnnxTable<"conv2d" | "linear"> = {
  conv2d({ bias, kernelSize, stride, padding, dilation, groups }, x, place, context) {
    return context.add(place, "Conv", [x, ...weights(place, bias, context)], {
      kernel_shape: { ints: kernelSize },
      strides: { ints: stride },
      pads: padsOf(bothSides(padding)),
      dilations: { ints: dilation },
      group: { int: groups },
    });
  },
  linear: ({ bias }, x, place, context) =>
    context.add(place, "Gemm", [x, ...weights(place, bias, context)], { transB: { int: 1 } }),
};

function weights(at: At, bias: boolean, { weight }: OnnxContext): readonly string[] {
  return [weight(at, "weight"), ...(bias ? [weight(at, "bias")] : [])];
}
