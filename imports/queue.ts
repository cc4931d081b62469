/** The imports that a server carries out: those that it was asked for, and those whose process has died. */
import { importsFolder } from "../data/imported/place.ts";
import { namesIn, readImported } from "../data/imported/read.ts";
import { delay } from "../lib/delay.ts";
import type { LockFile } from "../lib/lock_file.ts";
import { jobFolder, lockImport } from "./datasets.ts";
import { type ImportRequest, type ImportState, readRequest, readState } from "./job.ts";
import { superviseImport } from "./supervise_import.ts";
import { ADOPT_INTERVAL_MS } from "./timeouts.ts";

/** The number of imports that a server carries out side by side. */
const MAX_RUNNING = 2;

/** Options of openQueue(). */
export interface QueueOptions {
  readonly dataFolder: string;
  /** Receives problems that keep an import from being carried out. */
  readonly onError: (error: unknown) => void;
  /** Brings what an import reads to this machine; a failure is tried again later. */
  readonly prepare?: ((request: ImportRequest, signal: AbortSignal) => Promise<void>) | undefined;
  /** Receives the request of each import that has become a dataset. */
  readonly onReady?: ((request: ImportRequest) => Promise<void>) | undefined;
  /** The program that imports. Default: cli/importer.ts. */
  readonly program?: string | undefined;
}

/** A queue of imports. */
export interface ImportQueue {
  /** Aborts when the queue closes. */
  readonly signal: AbortSignal;
  /** Adds an import; its lock is released at its end. */
  add(name: string, lock: LockFile): void;
  /** Takes an import out that has to wait, so that its end needs no importer, or ends its preparation. */
  withdraw(name: string): void;
  /** Returns what the importer of a running import has reported last. */
  reported(name: string): ImportState | undefined;
  /** Ends the importers; their imports go on when a server starts again. */
  close(): Promise<void>;
}

/** Opens a queue and takes over imports that no process runs. */
export function openQueue(
  { dataFolder, onError, prepare, onReady, program }: QueueOptions,
): ImportQueue {
  const closing = new AbortController();
  const { signal } = closing;
  const running = new Map<string, Promise<void>>();
  const waiting: { readonly name: string; readonly lock: LockFile }[] = [];
  const preparation = createPreparation(prepare);
  // What an importer reports cannot always be stored: its disk may be full.
  const reported = new Map<string, ImportState>();

  function startNext(): void {
    while (running.size < MAX_RUNNING && !signal.aborted) {
      const next = waiting.shift();
      if (!next) return;
      const { name, lock } = next;
      const work = importOne(name, lock)
        .catch(onError)
        .finally(() => {
          running.delete(name);
          reported.delete(name);
          startNext();
        });
      running.set(name, work);
    }
  }

  async function importOne(name: string, lock: LockFile): Promise<void> {
    const request = await readRequest(jobFolder(dataFolder, name));
    const report = (state: ImportState) => void reported.set(name, state);
    try {
      if (request) await preparation.run(request, signal);
    } catch (error) {
      lock.release();
      throw error;
    }
    await superviseImport({ dataFolder, name, lock, report, signal, program });
    if (request && await readImported(name, dataFolder)) await onReady?.(request);
  }

  /** Takes over imports whose process has died. */
  async function adopt(): Promise<void> {
    for (const name of await namesIn(importsFolder(dataFolder))) {
      if (running.has(name) || waiting.some((other) => other.name === name)) continue;
      const folder = jobFolder(dataFolder, name);
      if (!await readRequest(folder) || (await readState(folder)).state !== "IMPORTING") continue;
      const lock = await lockImport(dataFolder, name);
      if (lock) waiting.push({ name, lock });
    }
    startNext();
  }

  const adopting = (async () => {
    while (!signal.aborted) {
      await adopt().catch(onError);
      await delay(ADOPT_INTERVAL_MS, signal);
    }
  })();

  return {
    signal,
    add(name, lock) {
      waiting.push({ name, lock });
      startNext();
    },
    withdraw(name) {
      const at = waiting.findIndex((other) => other.name === name);
      if (at !== -1) waiting.splice(at, 1)[0]?.lock.release();
      preparation.stop(name);
    },
    reported: (name) => reported.get(name),
    async close() {
      closing.abort();
      for (const { lock } of waiting.splice(0)) lock.release();
      await Promise.all([adopting, ...running.values()]);
    },
  };
}

/** Prepares imports, until they are withdrawn. */
function createPreparation(prepare: QueueOptions["prepare"]) {
  const running = new Map<string, AbortController>();
  return {
    async run(request: ImportRequest, signal: AbortSignal): Promise<void> {
      const withdrawn = new AbortController();
      running.set(request.name, withdrawn);
      try {
        await prepare?.(request, AbortSignal.any([signal, withdrawn.signal]));
      } catch (error) {
        // An importer ends what was cancelled.
        if (!withdrawn.signal.aborted) throw error;
      } finally {
        running.delete(request.name);
      }
    },
    stop: (name: string) => running.get(name)?.abort(),
  };
}
