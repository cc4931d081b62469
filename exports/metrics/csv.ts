/** Metrics as CSV by RFC 4180: numbers alone, so nothing is quoted. */
import type { BatchesEvent, EpochEvent } from "../../ml/training/events.ts";

/** The columns of epochs, named as in the API and in history.json. */
export const EPOCH_COLUMNS = [
  "number",
  "trainAcc",
  "trainLoss",
  "testAcc",
  "testLoss",
  "validationAcc",
  "validationLoss",
  "learningRate",
  "seconds",
] as const satisfies readonly (keyof EpochEvent)[];

/** The columns of steps. */
const STEP_COLUMNS = ["step", "epoch", "loss", "acc"] as const;

/** Formats a row, or the head. An absent value is an empty field. */
function row(values: readonly (string | number | null | undefined)[]): string {
  return `${values.map((value) => value ?? "").join(",")}\r\n`;
}

/** Formats the head of a table of epochs. */
export function epochsHead(): string {
  return row(EPOCH_COLUMNS);
}

/** Formats the row of an epoch. */
export function epochRow(epoch: Pick<EpochEvent, typeof EPOCH_COLUMNS[number]>): string {
  return row(EPOCH_COLUMNS.map((column) => epoch[column]));
}

/** Formats the head of a table of steps. */
export function stepsHead(): string {
  return row(STEP_COLUMNS);
}

/** Formats a row for each of some steps. */
export function stepRows({ epoch, firstStep, losses, accs }: BatchesEvent): string {
  return losses.map((loss, at) => row([firstStep + at, epoch, loss, accs[at]])).join("");
}
