/** Reads counts from a confusion matrix. */
import type { ConfusionMatrix } from "./operations.ts";
import { takenFor } from "./phrases.ts";
import { sum } from "../../lib/sum.ts";

/** A cell: the actual class and the predicted class. */
export interface Cell {
  readonly label: number;
  readonly predicted: number;
}

type Counts = Pick<ConfusionMatrix, "counts" | "classes">;

/** Compares two cells. */
export function isSame(one: Cell, other: Cell | undefined): boolean {
  return one.label === other?.label && one.predicted === other.predicted;
}

/** Returns the number of samples in a cell. */
export function countAt({ label, predicted }: Cell, { counts }: Counts): number {
  return counts[label]?.[predicted] ?? 0;
}

/** Describes a cell in a sentence. */
export function nameOf(cell: Cell, matrix: Counts): string {
  const { [cell.label]: actual = "", [cell.predicted]: predicted = "" } = matrix.classes;
  return takenFor(actual, predicted, countAt(cell, matrix));
}

/** Counts the misclassified samples. */
export function mistakesIn({ counts }: Counts): number {
  return sum(counts.flatMap((row, label) => row.toSpliced(label, 1)));
}

/** Counts all samples. */
export function samplesIn({ counts }: Counts): number {
  return sum(counts.flat());
}
