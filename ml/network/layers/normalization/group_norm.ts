/** Group normalisation: groups of a sample's channels, each by the mean and variance of its values. */
import { add, multiply } from "../../../graph/ops/arithmetic.ts";
import { reshape } from "../../../graph/ops/data.ts";
import { sizeAt } from "../../../graph/tensor.ts";
import { integer } from "../../../options/option.ts";
import { defineLayer, imageShape, layerShapeError } from "../../layer.ts";
import { sameLayout } from "../../layout.ts";
import { EPS, normalizeOver, scaleAndOffset } from "../../normalization.ts";

export const groupNormLayer = defineLayer({
  kind: "groupNorm",
  torchName: "GroupNorm",
  description: "Normalises groups of a sample's channels, each by its mean and variance.",
  options: {
    numGroups: integer({ description: "number of groups" }),
    eps: EPS,
  },
  infer(layer, input) {
    const [, , channels] = imageShape(layer, input);
    if (channels % layer.numGroups !== 0) {
      const rule = `its ${layer.numGroups} groups must divide its ${channels} channels`;
      throw layerShapeError(layer, rule, input.shape, "numGroups");
    }
    return { output: input, parameters: scaleAndOffset([channels], sameLayout([channels])) };
  },
  build({ numGroups, eps }, x, { parameter }) {
    const [samples, channels] = [sizeAt(x.shape, 0), sizeAt(x.shape, 3)];
    const places = sizeAt(x.shape, 1) * sizeAt(x.shape, 2);
    const grouped = [samples, places, numGroups, channels / numGroups];
    const normal = reshape(normalizeOver(reshape(x, grouped), [1, 3], eps), x.shape);
    return add(multiply(normal, parameter("weight")), parameter("bias"));
  },
});
