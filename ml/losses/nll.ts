/** Negative log-likelihood of log-probabilities. */
import { negativeLogLikelihood } from "../graph/ops/classification.ts";
import type { LossDefinition } from "./loss.ts";

export const nllLoss: LossDefinition = {
  torchName: "NLLLoss",
  build: (logProbabilities, labels) => negativeLogLikelihood(logProbabilities, labels),
};
