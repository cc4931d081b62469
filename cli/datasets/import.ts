/** `deno task datasets import`: carries an import out and reports it. */
import { superviseImport } from "../../imports/supervise_import.ts";
import {
  cancelImport,
  createImport,
  findImported,
  type ImportedDataset,
  type SharedDatasets,
} from "../../imports/datasets.ts";
import type { ImportRequest, ImportState } from "../../imports/job.ts";
import { count } from "../../lib/format.ts";
import type { Interrupts } from "../terminal/interrupts.ts";
import { noteLine } from "../terminal/output.ts";

/** The number of problems that are printed while they come. */
const MAX_PRINTED = 20;

/** Options of importHere(). */
export interface ImportHereOptions {
  readonly dataFolder: string;
  /** The datasets of all machines, among which the name must be new. */
  readonly shared?: SharedDatasets | undefined;
  readonly interrupts: Interrupts;
  /** True where a line can be written over. */
  readonly isLive: boolean;
}

/**
 * Imports a dataset. The first Ctrl-C cancels the import.
 *
 * @returns the dataset as it is then
 * @throws {ImportConflictError} if its name is taken
 */
export async function importHere(
  request: ImportRequest,
  { dataFolder, shared, interrupts, isLive }: ImportHereOptions,
): Promise<ImportedDataset | undefined> {
  const { name } = request;
  const lock = await createImport(dataFolder, request, shared);
  const never = new AbortController();
  const cancel = () => void cancelImport(dataFolder, name).catch(() => {});
  interrupts.signal.addEventListener("abort", cancel, { once: true });
  const report = reporter(isLive);
  try {
    await superviseImport({ dataFolder, name, lock, signal: never.signal, report: report.tell });
  } finally {
    report.end();
    interrupts.signal.removeEventListener("abort", cancel);
  }
  return await findImported(dataFolder, name);
}

/** Prints states: problems as they come, and the progress in one line. */
function reporter(isLive: boolean) {
  let printed = 0;
  let problem: string | null = null;
  const clear = () => {
    if (isLive) Deno.stderr.writeSync(new TextEncoder().encode("\r\x1b[K"));
  };
  return {
    tell(state: ImportState): void {
      clear();
      for (const { file, message } of state.problems.slice(printed, MAX_PRINTED)) {
        noteLine(`${file}: ${message}`);
      }
      printed = Math.max(printed, state.problems.length);
      if (state.problem !== null && state.problem !== problem && state.state === "IMPORTING") {
        noteLine(state.problem);
      }
      problem = state.problem;
      if (!isLive || state.state !== "IMPORTING") return;
      const total = state.total === null ? "" : ` of ${count(state.total)}`;
      const progress = `Imported ${count(state.imported)}${total} samples`;
      Deno.stderr.writeSync(new TextEncoder().encode(progress));
    },
    end: clear,
  };
}
