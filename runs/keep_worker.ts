/**
 * Keeps the worker of a folder running for as long as this process does: starts it again when it dies, but not
 * for ever.
 */
import { delay } from "./delay.ts";
import type { LockFile } from "./lock_file.ts";
import { type SpawnOptions, spawnWorker, type WorkerProcess } from "./spawn_worker.ts";
import type { WorkerLog } from "./train_run.ts";
import { takeKeeperLock } from "./worker_files.ts";

/** A worker that is kept running. */
export interface KeptWorker {
  /** Stops the worker, and keeps it no longer. */
  stop(): Promise<void>;
}

/** How a worker is kept. */
export interface KeepOptions extends SpawnOptions {
  /** Is told when the worker dies, with the last lines of its log. */
  readonly log: WorkerLog;
  /** The pauses before a worker that dies again and again is started again; then it is not any more. */
  readonly pausesMs?: readonly number[];
}

const PAUSES_MS = [500, 1_000, 2_000, 4_000, 8_000];

const GIVEN_UP =
  "It died too often in a row and is not started again. No run is trained until the " +
  "cause is repaired, for which `deno task doctor` looks, and the server is started again.";

/** In place of the end of a worker that could not be started. */
const FAILED = Promise.resolve("");

/** A worker that lived for so long did not die of how it was started. */
const SETTLED_MS = 60_000;

/** Starts or adopts the folder's worker and keeps it running. */
export function keepWorker(options: KeepOptions): KeptWorker {
  const { home, log, pausesMs = PAUSES_MS } = options;
  const stop = Promise.withResolvers<undefined>();
  const delaying = new AbortController();
  const keeping = keep();
  return {
    async stop() {
      stop.resolve(undefined);
      delaying.abort();
      await keeping;
    },
  };

  async function keep(): Promise<void> {
    // While this is held, the worker stays although it has nothing to do.
    let lock: LockFile | undefined;
    let deaths = 0;
    while (!delaying.signal.aborted) {
      const startedAt = performance.now();
      lock ??= await takeKeeperLock(home).catch(() => undefined);
      const worker = await start();
      const end = await Promise.race([worker?.ended ?? FAILED, stop.promise]);
      if (end === undefined) {
        // A worker that another server keeps, too, is left to it.
        if (lock) await worker?.stop();
        break;
      }
      if (performance.now() - startedAt > SETTLED_MS) deaths = 0;
      const pause = pausesMs[deaths++];
      const death = worker ? `The worker has died: ${end}\n` : "";
      if (pause === undefined) {
        log("error", `${death}${GIVEN_UP}`);
        break;
      }
      log("error", `${death}The worker is started again in ${pause / 1000} s.`);
      await delay(pause, delaying.signal);
    }
    await stop.promise;
    lock?.release();
  }

  async function start(): Promise<WorkerProcess | undefined> {
    try {
      const worker = await spawnWorker(options);
      log(
        "info",
        worker.isAdopted
          ? `The worker that was left running goes on (process ${worker.pid}).`
          : `The worker is started (process ${worker.pid}).`,
      );
      return worker;
    } catch (error) {
      log("error", error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }
}
