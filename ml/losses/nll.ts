/** Negative log-likelihood of log-probabilities. */
import { negativeLogLikelihood } from "../graph/ops/classification.ts";
import { defineLoss } from "./loss.ts";

export const nllLoss = defineLoss({
  kind: "nll",
  torchName: "NLLLoss",
  description: "Negative log-likelihood of log-probabilities.",
  options: {},
  build: (_loss, logProbabilities, labels) => negativeLogLikelihood(logProbabilities, labels),
});
