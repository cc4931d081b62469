/**
 * Makes one operation of the negative log-likelihood of a log-softmax: the cross entropy of the logits. Same
 * mathematics, one kernel instead of seven, in both directions. The class with the largest logit is read from
 * the logits too, since a softmax keeps their order.
 */
import { argMax, softmaxCrossEntropy } from "../ops/classification.ts";
import type { RewriteRule } from "../rewrite.ts";

/** Makes a loss, or the largest class, of a log-softmax one operation of the logits. */
export const fuseLogSoftmax: RewriteRule = (node) => {
  if (node.kind !== "negativeLogLikelihood" && node.kind !== "argMax") return undefined;
  const [scores, labels] = node.inputs;
  if (scores?.kind !== "logSoftmax") return undefined;
  const [logits] = scores.inputs;
  if (node.kind === "argMax") return logits && argMax(logits);
  return logits && labels && softmaxCrossEntropy(logits, labels);
};
