/** Fully connected layer: x W + b. */
import { biasAdd, matMul } from "../../graph/ops/dense.ts";
import { flag, integer } from "../../options/option.ts";
import { defineLayer, LayerError, vectorLength } from "../layer.ts";
import { matrixLayout } from "../layout.ts";
import { weightAndBias } from "../weights.ts";

export const linearLayer = defineLayer({
  kind: "linear",
  torchName: "Linear",
  description: "Fully connected layer: x W + b.",
  options: {
    outFeatures: integer({
      default: null,
      description: "number of outputs. The last layer may leave it out: the number of classes",
    }),
    bias: flag({ default: true, description: "adds a bias" }),
  },
  infer(layer, input) {
    const features = vectorLength(layer, input);
    const { outFeatures, bias } = layer;
    if (outFeatures === null) {
      throw new LayerError(
        "Cannot train: linear must have outFeatures, unless it is the last layer.",
        "outFeatures",
      );
    }
    return {
      output: { shape: [outFeatures] },
      parameters: weightAndBias(
        [features, outFeatures],
        features,
        matrixLayout(features, outFeatures, input.flattenedFrom),
        bias,
      ),
      multiplyAdds: outFeatures * (features + (bias ? 1 : 0)),
    };
  },
  build({ bias }, x, { parameter }) {
    const product = matMul(x, parameter("weight"));
    return bias ? biasAdd(product, parameter("bias")) : product;
  },
});
