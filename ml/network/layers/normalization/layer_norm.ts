/** Layer normalisation: each sample by the mean and variance of all its values. */
import { add, multiply } from "../../../graph/ops/arithmetic.ts";
import { defineLayer } from "../../layer.ts";
import { activationsLayout } from "../../layout.ts";
import { EPS, normalizeOver, scaleAndOffset } from "../../normalization.ts";

export const layerNormLayer = defineLayer({
  kind: "layerNorm",
  torchName: "LayerNorm",
  description: "Normalises each sample by the mean and variance of all its values.",
  options: { eps: EPS },
  infer(_layer, input) {
    const { shape, flattenedFrom } = input;
    return {
      output: input,
      parameters: scaleAndOffset(shape, activationsLayout(shape, flattenedFrom)),
    };
  },
  build({ eps }, x, { parameter }) {
    const axes = x.shape.map((_, axis) => axis).slice(1);
    const normal = normalizeOver(x, axes, eps);
    return add(multiply(normal, parameter("weight")), parameter("bias"));
  },
});
