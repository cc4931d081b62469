/**
 * Weights of classes in losses. The mean of a weighted loss is divided by the sum of its samples' weights, as in
 * PyTorch.
 */
import { negativeLogLikelihood } from "../graph/ops/classification.ts";
import { broadcastTo } from "../graph/ops/arithmetic.ts";
import { constant } from "../graph/ops/sources.ts";
import { sizeAt, type Tensor } from "../graph/tensor.ts";
import type { ClassWeights } from "../options/option.ts";

/** The settings of a loss with class weights. */
interface Weighted {
  readonly classWeights: ClassWeights | null;
}

/**
 * Replaces balanced weights by their values: samples / (classes * samples of the class), as scikit-learn's 'balanced'.
 * A class without samples gets the weight of a class with one.
 *
 * @param labels the labels of the training samples
 */
export function resolveClassWeights<L extends Weighted>(
  loss: L,
  labels: ArrayLike<number>,
  classes: number,
): L {
  if (loss.classWeights?.kind !== "balanced") return loss;
  const counts = new Array<number>(classes).fill(0);
  for (const label of Array.from(labels)) counts[label] = (counts[label] ?? 0) + 1;
  const values = counts.map((count) => labels.length / (classes * Math.max(1, count)));
  return { ...loss, classWeights: { kind: "values", values } };
}

/** Returns the weight of each class; null for equal ones. */
export function weightsOf({ classWeights }: Weighted): readonly number[] | null {
  if (classWeights === null) return null;
  if (classWeights.kind === "values") return classWeights.values;
  throw new RangeError("Cannot use balanced class weights: the training samples are not known.");
}

/** Returns the sum of the weights of samples: their number if classes have no weights. */
export function sumOfWeights(loss: Weighted, labels: ArrayLike<number>): number {
  const weights = weightsOf(loss);
  if (!weights) return labels.length;
  return Array.from(labels).reduce((sum, label) => sum + (weights[label] ?? 0), 0);
}

/** Builds the weight of each sample: [n]. */
export function sampleWeights(weights: readonly number[], labels: Tensor): Tensor {
  const negative = constant(weights.map((weight) => -weight), [1, weights.length]);
  // Picks minus the label's element, as it does of log-probabilities.
  const rows = broadcastTo(negative, [sizeAt(labels.shape, 0), weights.length]);
  return negativeLogLikelihood(rows, labels);
}
