/** Fully connected layer: x W + b. */
import { biasAdd, matMul } from "../../graph/ops/dense.ts";
import { isPositiveInteger, type LayerBase, type LayerDefinition, vectorLength } from "../layer.ts";
import { matrixLayout } from "../layout.ts";
import { weightAndBias } from "../weights.ts";

export interface LinearLayer extends LayerBase {
  readonly kind: "linear";
  readonly outFeatures: number;
}

export const linearLayer: LayerDefinition<LinearLayer> = {
  kind: "linear",
  torchName: "Linear",
  attributes: { outFeatures: isPositiveInteger },
  infer(layer, input) {
    const features = vectorLength(layer, input);
    const { outFeatures } = layer;
    return {
      output: { shape: [outFeatures] },
      parameters: weightAndBias(
        [features, outFeatures],
        features,
        matrixLayout(features, outFeatures, input.flattenedFrom),
      ),
      multiplyAdds: outFeatures * (features + 1),
    };
  },
  build(_layer, x, { parameter }) {
    return biasAdd(matMul(x, parameter("weight")), parameter("bias"));
  },
};
