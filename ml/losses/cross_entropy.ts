/** Cross entropy of logits. */
import { softmaxCrossEntropy } from "../graph/ops/classification.ts";
import { defineLoss } from "./loss.ts";

export const crossEntropyLoss = defineLoss({
  kind: "crossEntropy",
  torchName: "CrossEntropyLoss",
  description: "Cross entropy of logits.",
  options: {},
  build: (_loss, logits, labels) => softmaxCrossEntropy(logits, labels),
});
