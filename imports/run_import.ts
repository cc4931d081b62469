/**
 * The work of an importer process: runs an import from where it stopped. It reads the source, decodes, stores the
 * samples, and publishes the dataset.
 */
import { join } from "node:path";
import type { Archive } from "../data/archives/archive.ts";
import { openArchive } from "../data/archives/open.ts";
import type { OpenedSource, ReaderOptions } from "../data/formats/format.ts";
import { detectFormat, FORMATS, mustHoldFiles } from "../data/formats/formats.ts";
import { ImportError } from "../data/imported/error.ts";
import { errorMessage } from "../lib/error_message.ts";
import { writeFailureReason } from "../lib/disk_failure.ts";
import { retry } from "../lib/retry.ts";
import { publish } from "./publish.ts";
import { unpackTo } from "./unpack.ts";
import { storeSamples } from "./store_samples.ts";
import {
  addProblem,
  type ImportRequest,
  type ImportState,
  JOB_FILES,
  NEW_STATE,
  readRequest,
  readState,
  writeState,
} from "./job.ts";
import { DISK_PAUSE_MS, SAVE_INTERVAL_MS } from "./timeouts.ts";

/** Options of runImport(). */
export interface RunOptions {
  /** The folder of the job. */
  readonly folder: string;
  /** The folder of all datasets. */
  readonly dataFolder: string;
  /** Receives the state each time that it was stored, and problems of the disk. */
  readonly report: (state: ImportState) => void;
}

/** Runs an import to its end. Whatever ends it is in its state; a dataset that is ready has no import any more. */
export async function runImport({ folder, dataFolder, report }: RunOptions): Promise<void> {
  const request = await readRequest(folder);
  if (!request) throw new Error(`There must be a request in ${folder}.`);
  let state = await readState(folder);
  const cancel = new AbortController();
  const cancelCheck = setInterval(async () => {
    if (await exists(join(folder, JOB_FILES.cancel))) cancel.abort();
  }, SAVE_INTERVAL_MS);

  /** Repeats what fails for a full disk until there is room, or the import is cancelled. */
  const onDisk = <T>(work: () => Promise<T>) =>
    retry(work, {
      signal: cancel.signal,
      pauseMs: DISK_PAUSE_MS,
      isTransient: (error) => writeFailureReason(error, folder).kind === "disk-full",
      onProblem: (problem) =>
        report(
          state = {
            ...state,
            problem: problem === null ? null : `Cannot go on: ${DISK_FULL}`,
          },
        ),
    });
  const save = async (next: ImportState) => {
    state = next;
    await onDisk(() => writeState(folder, state));
    report(state);
  };
  const end = async (finalState: ImportState["state"], problem: string | null) => {
    const { values, labels, unpacked, ready } = JOB_FILES;
    for (const file of [values, labels, unpacked, ready]) {
      await Deno.remove(join(folder, file), { recursive: true }).catch(() => {});
    }
    await save({ ...state, state: finalState, problem });
  };

  let archive: Archive | undefined;
  try {
    if (await exists(join(folder, JOB_FILES.cancel))) cancel.abort();
    cancel.signal.throwIfAborted();
    archive = await openArchive(request.source);
    const { format, source } = await openSource(
      archive,
      request,
      (bytes) => unpackTo(join(folder, JOB_FILES.unpacked), bytes, onDisk),
    );
    if (state.position === 0) await save(firstState(archive, source));
    const samples = await storeSamples({
      folder,
      request,
      source,
      state,
      save,
      onDisk,
      signal: cancel.signal,
    });
    try {
      cancel.signal.throwIfAborted();
      await onDisk(() =>
        publish({ ...source, folder, dataFolder, request, state, format, samples })
      );
    } finally {
      samples?.close();
    }
    await Deno.remove(folder, { recursive: true });
  } catch (error) {
    if (cancel.signal.aborted) return await end("CANCELLED", null);
    await end("FAILED", explain(error, request.source.name));
  } finally {
    clearInterval(cancelCheck);
    archive?.close();
  }
}

const DISK_FULL = "the disk is full. Free some space; the import goes on by itself.";

async function openSource(
  archive: Archive,
  request: ImportRequest,
  unpack: ReaderOptions["unpack"],
): Promise<{ readonly format: string; readonly source: OpenedSource }> {
  const { name } = request.source;
  mustHoldFiles(archive, name);
  const format = request.format === "AUTO" ? await detectFormat(archive, name) : request.format;
  return { format, source: await FORMATS[format].open(archive, { ...request, unpack }, name) };
}

/** Returns the sentence of an import that failed. */
function explain(error: unknown, source: string): string {
  if (error instanceof ImportError) return error.message;
  // Readers of archives: 'it must …'.
  if (error instanceof RangeError && error.message.startsWith("must ")) {
    return `Cannot import ${source}: it ${error.message}`;
  }
  console.error(error);
  return `Unexpected error: ${errorMessage(error)}`;
}

function firstState(archive: Archive, { total, leftOut = [] }: OpenedSource): ImportState {
  return [...archive.leftOut, ...leftOut].reduce(
    (state, { file, message }) => addProblem(state, file, message),
    { ...NEW_STATE, total: total ?? null },
  );
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
