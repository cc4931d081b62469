/** Runs an import in a process of its own, the only one that loads a decoder, so that a crash in it ends one import. */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { importedFolder } from "../data/imported/place.ts";
import { readLines } from "../lib/lines.ts";
import {
  describeEnd,
  describeOutput,
  keepErrorOutput,
  killIfAlive,
  startChild,
} from "../lib/process/child.ts";
import { type ImportRequest, type ImportState, parseState } from "./job.ts";
import { importerPermissions } from "./permissions.ts";

/** The largest heap of an importer in MB: pixels are beside it. */
const MAX_HEAP_MB = 512;

/** Half of the part of the heap for new objects, in MB. V8's 16 let garbage of images stay for long. */
const NEW_HEAP_MB = 4;

/** Number of lines of a crashed importer's last output in the error. */
const MAX_LINES = 5;

/** Options of runImporter(). */
export interface ImporterOptions {
  readonly folder: string;
  readonly dataFolder: string;
  readonly request: ImportRequest;
  /** Receives each state that the importer reports. */
  readonly report: (state: ImportState) => void;
  /** Kills the importer: the import goes on later. */
  readonly signal: AbortSignal;
  /** The program that imports. Default: cli/importer.ts. */
  readonly program?: string | undefined;
}

/** Thrown if an importer died before its import ended. */
export class ImporterDiedError extends Error {
  override readonly name = "ImporterDiedError";
}

/**
 * Starts an importer and waits for its end.
 *
 * @throws {ImporterDiedError} if it died; the import can go on from its state
 */
export async function runImporter(options: ImporterOptions): Promise<void> {
  const { dataFolder, request, report, signal } = options;
  if (signal.aborted) return;
  const folder = resolve(options.folder);
  const imported = resolve(importedFolder(dataFolder));
  const { program = fileURLToPath(new URL("../cli/importer.ts", import.meta.url)) } = options;
  const child = startChild([
    "--cached-only",
    `--v8-flags=--max-old-space-size=${MAX_HEAP_MB},--max-semi-space-size=${NEW_HEAP_MB}`,
    ...importerPermissions(resolve(request.source.path), [folder, imported]),
    program,
    folder,
    resolve(dataFolder),
  ]);
  const kill = () => killIfAlive(child);
  signal.addEventListener("abort", kill, { once: true });
  const output = keepErrorOutput(child, MAX_LINES);
  try {
    for await (const line of readLines(child.stdout)) {
      const state = parseState(line);
      if (state) report(state);
    }
    const status = await child.status;
    await output.ended;
    if (status.success || signal.aborted) return;
    throw new ImporterDiedError(
      `The importer died: ${describeEnd(status)}. ${describeOutput(output.lines())}`,
    );
  } finally {
    signal.removeEventListener("abort", kill);
    kill();
    await child.status;
    await child.stdin.close().catch(() => {});
  }
}
