/** Convolutions in ONNX. */
import { bothSides } from "../../../ml/network/windows.ts";
import { type OnnxTable, weightAndBias } from "../context.ts";
import { padsOf } from "./pooling.ts";

export const CONVOLUTION: OnnxTable<"conv2d"> = {
  conv2d({ bias, kernelSize, stride, padding, dilation, groups }, x, place, context) {
    return context.add(place, "Conv", [x, ...weightAndBias(place, bias, context)], {
      kernel_shape: { ints: kernelSize },
      strides: { ints: stride },
      pads: padsOf(bothSides(padding)),
      dilations: { ints: dilation },
      group: { int: groups },
    });
  },
};
