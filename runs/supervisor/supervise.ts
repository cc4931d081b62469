/**
 * Supervises the workers of a folder: starts them, and restarts those that die, with growing pauses and a limit.
 */
import { errorMessage } from "../../lib/error_message.ts";
import { delay } from "../../lib/delay.ts";
import type { LockFile } from "../../lib/lock_file.ts";
import { adoptWorker, type SpawnOptions, spawnWorker, type WorkerProcess } from "./spawn.ts";
import type { WorkerLog } from "../worker/worker_log.ts";
import { fingerprint, slotHolder, slots, takeSupervisorLock } from "./slots.ts";
import { RESTART_PAUSES_MS, STABLE_AFTER_MS } from "../timeouts.ts";

/** Supervised workers. */
export interface Supervisor {
  /** Stops the workers and ends the supervision. */
  stop(): Promise<void>;
}

/** Options of superviseWorkers(). */
export interface SuperviseOptions extends Omit<SpawnOptions, "slot" | "threads"> {
  /** Number of workers. */
  readonly workers: number;
  /** Receives a line when a worker starts or dies, with the last lines of its log. */
  readonly log: WorkerLog;
  /** Pauses before the restarts of a worker that dies repeatedly. After the last one it is given up. */
  readonly pausesMs?: readonly number[];
}

const GIVEN_UP = "It died too often in a row and is not started again before the server is; " +
  "`deno task doctor` looks for the cause.";

/** Stands for the end of a worker that could not be started. */
const FAILED = Promise.resolve("");

/** Divides the cores of this machine among its workers. */
export function threadsPerWorker(workers: number, cores = navigator.hardwareConcurrency): number {
  return Math.max(1, Math.floor(cores / workers));
}

/** Starts or adopts the folder's workers and keeps them running. */
// deno-lint-ignore house/max-function-lines -- a record of small functions
export function superviseWorkers(options: SuperviseOptions): Supervisor {
  const { home, workers, log, pausesMs = RESTART_PAUSES_MS } = options;
  const threads = threadsPerWorker(workers);
  const stop = Promise.withResolvers<undefined>();
  const stopping = new AbortController();
  /** While it is held, idle workers keep running. */
  let lock: LockFile | undefined;
  let taking: Promise<void> | undefined;
  const keeping = [
    ...Array.from({ length: workers }, (_, index) => keep(index + 1)),
    stopOthers(),
  ];
  return {
    async stop() {
      stop.resolve(undefined);
      stopping.abort();
      await Promise.all(keeping);
      lock?.release();
    },
  };

  /** Takes the supervisor's lock, unless an earlier server still has it. */
  async function takeLock(): Promise<void> {
    if (lock) return;
    taking ??= (async () => {
      lock = await takeSupervisorLock(home).catch(() => undefined);
      taking = undefined;
    })();
    await taking;
  }

  /** Keeps the worker in a slot until all are stopped. */
  async function keep(slot: number): Promise<void> {
    const name = workers === 1 ? "The worker" : `Worker ${slot}`;
    let deaths = 0;
    while (!stopping.signal.aborted) {
      const startedAt = performance.now();
      await takeLock();
      const worker = await start(slot, name);
      const end = await Promise.race([worker?.ended ?? FAILED, stop.promise]);
      if (end === undefined) {
        // A worker that another server supervises as well is left to that one.
        if (lock) await worker?.stop();
        return;
      }
      if (performance.now() - startedAt > STABLE_AFTER_MS) deaths = 0;
      const pause = pausesMs[deaths++];
      const death = worker ? `${name} has died: ${end}\n` : "";
      if (pause === undefined) return log("error", `${death}${GIVEN_UP}`);
      log("error", `${death}${name} is started again in ${pause / 1000} s.`);
      await delay(pause, stopping.signal);
    }
  }

  async function start(slot: number, name: string): Promise<WorkerProcess | undefined> {
    try {
      const worker = await spawnWorker({ ...options, slot, threads });
      if (lock && worker.isAdopted && worker.mark !== fingerprint({ ...options, threads })) {
        log("info", `${name} was left running for other settings and is replaced.`);
        await worker.stop();
        return await start(slot, name);
      }
      log(
        "info",
        worker.isAdopted
          ? `${name} that was left running goes on (process ${worker.pid}).`
          : `${name} is started (process ${worker.pid}).`,
      );
      return worker;
    } catch (error) {
      log("error", errorMessage(error));
      return undefined;
    }
  }

  /** Stops the workers that an earlier server has left in slots that are no longer used. */
  async function stopOthers(): Promise<void> {
    await takeLock();
    if (!lock) return;
    const others = (await slots(home)).filter((slot) => slot > workers);
    await Promise.all(others.map(async (slot) => {
      const holder = await slotHolder(home, slot);
      if (!holder) return;
      log("info", `Worker ${slot} was left running and is stopped, as there are to be ${workers}.`);
      await adoptWorker(home, slot, holder).stop();
    }));
  }
}
