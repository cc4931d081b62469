/** Cross entropy of logits. */
import { softmaxCrossEntropy } from "../graph/ops/classification.ts";
import type { LossDefinition } from "./loss.ts";

export const crossEntropyLoss: LossDefinition = {
  torchName: "CrossEntropyLoss",
  build: (logits, labels) => softmaxCrossEntropy(logits, labels),
};
