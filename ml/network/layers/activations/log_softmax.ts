/** Log-softmax: the logarithms of the classes' probabilities. */
import { logSoftmax } from "../../../graph/ops/classification.ts";
import { defineLayer, vectorLength } from "../../layer.ts";

export const logSoftmaxLayer = defineLayer({
  kind: "logSoftmax",
  torchName: "LogSoftmax",
  description: "Logarithms of the classes' probabilities.",
  options: {},
  infer(layer, input) {
    vectorLength(layer, input);
    return { output: input };
  },
  build: (_layer, x) => logSoftmax(x),
});
