/**
 * Metrics of a classifier: the confusion matrix and the scores derived from it, as scikit-learn
 * defines them (0 / 0 is 0).
 */
import { sum } from "../lib/sum.ts";

/** A network's answers for some images. */
export interface Classified {
  /** The most probable class of each image, [count]. */
  readonly predicted: Int32Array;
  /** The probability of each class, [count, classes]. */
  readonly probabilities: Float32Array;
}

/** A network's answers with the numbers that they follow from. */
export interface Inferred extends Classified {
  /** The network's output before softmax, [count, classes]. */
  readonly logits: Float32Array;
}

/** Counts of samples by true and predicted class: [label][predicted]. */
export type Confusion = readonly (readonly number[])[];

/** Scores of one class. */
export interface ClassScores {
  readonly label: number;
  /** TP / (TP + FP). */
  readonly precision: number;
  /** TP / (TP + FN). */
  readonly recall: number;
  /** The harmonic mean of both. */
  readonly f1: number;
  /** Number of samples of the class. */
  readonly support: number;
}

/** Scores of all classes. Means are unweighted means over the classes that samples are of or are taken for. */
export interface ClassReport {
  readonly perClass: readonly ClassScores[];
  readonly macroPrecision: number;
  readonly macroRecall: number;
  readonly macroF1: number;
  readonly accuracy: number;
}

/** Counts samples by true and predicted class. */
export function confusionMatrix(
  labels: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
): Confusion {
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (const [sample, label] of Array.from(labels).entries()) {
    const row = counts[label];
    const guess = predicted[sample];
    if (row && guess !== undefined) row[guess] = (row[guess] ?? 0) + 1;
  }
  return counts;
}

/** Computes the fraction of correctly classified samples; 0 without samples. */
export function accuracy(confusion: Confusion): number {
  const correct = sum(confusion.map((row, label) => row[label] ?? 0));
  return ratio(correct, sum(confusion.flat()));
}

/** Computes the scores of each class and their means. */
export function classificationReport(confusion: Confusion): ClassReport {
  const takenFor = confusion.map((_, label) => sum(confusion.map((row) => row[label] ?? 0)));
  const perClass = confusion.map((row, label): ClassScores => {
    const found = row[label] ?? 0;
    const support = sum(row);
    const taken = takenFor[label] ?? 0;
    return {
      label,
      precision: ratio(found, taken),
      recall: ratio(found, support),
      f1: ratio(2 * found, taken + support),
      support,
    };
  });
  // A class that does not occur says nothing: with it, a perfect network would score less than 1.
  const occurring = perClass.filter(({ support }, label) => support > 0 || takenFor[label] !== 0);
  const mean = (score: (scores: ClassScores) => number) =>
    ratio(sum(occurring.map(score)), occurring.length);
  return {
    perClass,
    macroPrecision: mean(({ precision }) => precision),
    macroRecall: mean(({ recall }) => recall),
    macroF1: mean(({ f1 }) => f1),
    accuracy: accuracy(confusion),
  };
}

/** Lists the misclassified samples, lowest probability of the true class first. */
export function misclassified(
  labels: ArrayLike<number>,
  { predicted, probabilities }: Classified,
): readonly number[] {
  const classes = probabilities.length / predicted.length;
  const ofOwnClass = (sample: number) =>
    probabilities[sample * classes + (labels[sample] ?? 0)] ?? 0;
  return Array.from(predicted.keys())
    .filter((sample) => predicted[sample] !== labels[sample])
    .toSorted((a, b) => ofOwnClass(a) - ofOwnClass(b) || a - b);
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
