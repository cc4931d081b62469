/** What a confusion matrix says, cell by cell. */
import type { ConfusionMatrix } from "./operations.ts";
import { takenFor } from "./phrases.ts";

/** A cell: what samples are, and what they are taken for. */
export interface Cell {
  readonly label: number;
  readonly predicted: number;
}

type Counts = Pick<ConfusionMatrix, "counts" | "classes">;

/** Whether two cells are one. */
export function isSame(one: Cell, other: Cell | undefined): boolean {
  return one.label === other?.label && one.predicted === other.predicted;
}

/** How many samples are in a cell. */
export function countAt({ label, predicted }: Cell, { counts }: Counts): number {
  return counts[label]?.[predicted] ?? 0;
}

/** What a cell tells, as a sentence. */
export function nameOf(cell: Cell, matrix: Counts): string {
  const { [cell.label]: actual = "", [cell.predicted]: predicted = "" } = matrix.classes;
  return takenFor(actual, predicted, countAt(cell, matrix));
}

/** How many samples were taken for another class. */
export function mistakesIn({ counts }: Counts): number {
  return sum(counts.flatMap((row, label) => row.toSpliced(label, 1)));
}

/** How many samples there are. */
export function samplesIn({ counts }: Counts): number {
  return sum(counts.flat());
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
