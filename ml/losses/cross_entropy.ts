/** Cross entropy of logits, with label smoothing (Szegedy et al., 2016) as in PyTorch. */
import { add, multiply, sum } from "../graph/ops/arithmetic.ts";
import { logSoftmax, softmaxCrossEntropy } from "../graph/ops/classification.ts";
import { constant } from "../graph/ops/sources.ts";
import { sizeAt, type Tensor } from "../graph/tensor.ts";
import { classWeights, number } from "../options/option.ts";
import { sampleWeights, weightsOf } from "./class_weights.ts";
import { defineLoss } from "./loss.ts";

export const crossEntropyLoss = defineLoss({
  kind: "crossEntropy",
  torchName: "CrossEntropyLoss",
  description: "Cross entropy of logits.",
  options: {
    labelSmoothing: number({
      max: 1,
      default: 0,
      description: "share of the target that is spread over all classes",
    }),
    classWeights: classWeights({ description: "weights of the classes" }),
  },
  build(loss, logits, labels) {
    const perClass = weightsOf(loss);
    const weights = perClass && sampleWeights(perClass, labels);
    const plain = softmaxCrossEntropy(logits, labels);
    const weighted = weights ? multiply(weights, plain) : plain;
    if (loss.labelSmoothing === 0) return { losses: weighted, weights };
    const losses = add(
      multiply(weighted, constant(1 - loss.labelSmoothing)),
      smoothed(logits, loss.labelSmoothing, perClass),
    );
    return { losses, weights };
  },
});

/** Builds the part of each sample's loss that belongs to all classes; the weights of the classes count here too. */
function smoothed(logits: Tensor, smoothing: number, weights: readonly number[] | null): Tensor {
  const classes = sizeAt(logits.shape, 1);
  const shares = (weights ?? [1]).map((weight) => -weight * smoothing / classes);
  return sum(multiply(logSoftmax(logits), constant(shares, [1, classes])), [1]);
}
