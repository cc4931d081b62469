/** The forms in which epochs are printed on stdout: lines for people, JSON and CSV for programs. */
import { EPOCH_COLUMNS, epochRow, epochsHead } from "../../exports/metrics/csv.ts";
import type { RunEvent } from "../../runs/log/event.ts";
import { epochLine } from "./format.ts";

/** The metrics of an epoch, named as in the API and in history.json. */
export type EpochMetrics = Omit<RunEvent<"epoch">, "type" | "runId" | "seq" | "at">;

/** A form: the line above the epochs, if there is one, and an epoch's line. */
export interface EpochFormat {
  readonly head?: string;
  line(epoch: EpochMetrics): string;
}

/** For people. */
export const TEXT: EpochFormat = { line: epochLine };

/** An object per line; metrics that a run does not have are null. */
export const JSON_LINES: EpochFormat = {
  line: (epoch) =>
    JSON.stringify(
      Object.fromEntries(EPOCH_COLUMNS.map((metric) => [metric, epoch[metric] ?? null])),
    ),
};

/** By RFC 4180, but for line ends, which are those of the terminal. */
export const CSV: EpochFormat = {
  head: epochsHead().trimEnd(),
  line: (epoch) => epochRow(epoch).trimEnd(),
};

/**
 * Returns a form whose lines name their run, for several that follow each other.
 *
 * @param run the run's name
 * @param isFirst whether the head is printed: once for all of them
 */
export function formatOfRun(format: EpochFormat, run: string, isFirst: boolean): EpochFormat {
  if (format === JSON_LINES) {
    return { line: (epoch) => JSON.stringify({ run, ...JSON.parse(format.line(epoch)) }) };
  }
  if (format === CSV) {
    const field = `"${run.replaceAll('"', '""')}"`;
    return {
      ...isFirst && { head: `run,${format.head}` },
      line: (epoch) => `${field},${format.line(epoch)}`,
    };
  }
  return { line: (epoch) => `${run}: ${format.line(epoch)}` };
}

/** The flags of commander that choose a form. */
export interface FormatFlags {
  readonly json?: true;
  readonly csv?: true;
}

/** Returns the form that the flags choose. */
export function formatOf({ json, csv }: FormatFlags): EpochFormat {
  return json ? JSON_LINES : csv ? CSV : TEXT;
}
