/**
 * Supervises an import: starts importer processes until it has ended. One that dies is replaced while the import makes
 * progress.
 */
import { readImported } from "../data/imported/read.ts";
import type { LockFile } from "../lib/lock_file.ts";
import { jobFolder } from "./datasets.ts";
import { type ImportState, readRequest, readState, writeState } from "./job.ts";
import { ImporterDiedError, runImporter } from "./importer_process.ts";

/** The number of importers that may die without progress. */
const MAX_DEATHS = 3;

/** Options of superviseImport(). */
export interface SuperviseOptions {
  readonly dataFolder: string;
  readonly name: string;
  /** The import's lock, which is released at the end. */
  readonly lock: LockFile;
  readonly report: (state: ImportState) => void;
  /** Ends the importer; the import goes on later. */
  readonly signal: AbortSignal;
  readonly program?: string | undefined;
}

/** Resolves when the import has ended, or the signal has aborted. */
export async function superviseImport(options: SuperviseOptions): Promise<void> {
  const { dataFolder, name, lock, report, signal, program } = options;
  const folder = jobFolder(dataFolder, name);
  try {
    let deaths = 0;
    let furthest = -1;
    while (!signal.aborted) {
      const request = await readRequest(folder);
      const state = await readState(folder);
      if (!request || state.state !== "IMPORTING") return;
      if (await readImported(name, dataFolder)) {
        // Its importer died after its last step.
        return await Deno.remove(folder, { recursive: true });
      }
      if (state.position > furthest) deaths = 0;
      furthest = state.position;
      try {
        return await runImporter({ folder, dataFolder, request, report, signal, program });
      } catch (error) {
        if (!(error instanceof ImporterDiedError)) throw error;
        if (++deaths < MAX_DEATHS) continue;
        const failed = {
          ...await readState(folder),
          state: "FAILED",
          problem: error.message,
        } as const;
        await writeState(folder, failed);
        return report(failed);
      }
    }
  } finally {
    lock.release();
  }
}
