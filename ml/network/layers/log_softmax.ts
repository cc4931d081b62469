/** Log-softmax: the logarithms of the classes' probabilities. */
import { logSoftmax } from "../../graph/ops/classification.ts";
import { type LayerBase, type LayerDefinition, vectorLength } from "../layer.ts";

export interface LogSoftmaxLayer extends LayerBase {
  readonly kind: "logSoftmax";
}

export const logSoftmaxLayer: LayerDefinition<LogSoftmaxLayer> = {
  kind: "logSoftmax",
  torchName: "LogSoftmax",
  attributes: {},
  infer(layer, input) {
    vectorLength(layer, input);
    return { output: input };
  },
  build: (_layer, x) => logSoftmax(x),
};
