/** Fully connected layers in ONNX. */
import { type OnnxTable, weightAndBias } from "../context.ts";

export const LINEAR: OnnxTable<"linear"> = {
  linear: ({ bias }, x, place, context) =>
    context.add(place, "Gemm", [x, ...weightAndBias(place, bias, context)], {
      transB: { int: 1 },
    }),
};
