/** Runs an import in a process of its own, the only one that loads a decoder, so that a crash in it ends one import. */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { importedFolder } from "../data/imported/place.ts";
import { readLines } from "../lib/lines.ts";
import { childEnvironment } from "../lib/process/environment.ts";
import { type ImportRequest, type ImportState, parseState } from "./job.ts";
import { importerPermissions } from "./permissions.ts";

/** The largest heap of an importer in MB: pixels are beside it. */
const MAX_HEAP_MB = 512;

/** Half of the part of the heap for new objects, in MB. V8's 16 let garbage of images stay for long. */
const NEW_HEAP_MB = 4;

/** Number of characters of a crashed importer's last output in the error. */
const MAX_STDERR = 500;

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
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--cached-only",
      `--v8-flags=--max-old-space-size=${MAX_HEAP_MB},--max-semi-space-size=${NEW_HEAP_MB}`,
      ...importerPermissions(resolve(request.source.path), [folder, imported]),
      program,
      folder,
      resolve(dataFolder),
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    clearEnv: true,
    env: childEnvironment(),
    // A process group of its own: Ctrl-C reaches the parent only.
    detached: true,
  }).spawn();
  const kill = () => {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has already ended.
    }
  };
  signal.addEventListener("abort", kill, { once: true });
  let stderr = "";
  const reading = (async () => {
    for await (const line of readLines(child.stderr)) {
      stderr = `${stderr}${line}\n`.slice(-MAX_STDERR);
    }
  })();
  try {
    for await (const line of readLines(child.stdout)) {
      const state = parseState(line);
      if (state) report(state);
    }
    const { success, code, signal: killedBy } = await child.status;
    await reading;
    if (success || signal.aborted) return;
    throw new ImporterDiedError(
      `The importer died: it ended with ${killedBy ?? `exit code ${code}`}. ${
        stderr.trim() || "It printed no error message."
      }`,
    );
  } finally {
    signal.removeEventListener("abort", kill);
    kill();
    await child.status;
    await child.stdin.close().catch(() => {});
  }
}
