/** Negative log-likelihood of log-probabilities. */
import { multiply } from "../graph/ops/arithmetic.ts";
import { negativeLogLikelihood } from "../graph/ops/classification.ts";
import { classWeights } from "../options/option.ts";
import { sampleWeights, weightsOf } from "./class_weights.ts";
import { defineLoss } from "./loss.ts";

export const nllLoss = defineLoss({
  kind: "nll",
  torchName: "NLLLoss",
  description: "Negative log-likelihood of log-probabilities.",
  options: { classWeights: classWeights({ description: "weights of the classes" }) },
  build(loss, logProbabilities, labels) {
    const perClass = weightsOf(loss);
    const plain = negativeLogLikelihood(logProbabilities, labels);
    if (!perClass) return { losses: plain, weights: null };
    const weights = sampleWeights(perClass, labels);
    return { losses: multiply(weights, plain), weights };
  },
});
