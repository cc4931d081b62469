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
  /** Pauses before the restarts of a worker that dies repeatedly. After the last one it is not started again. */
  readonly pausesMs?: readonly number[];
}

const GIVEN_UP = "It died too often in a row and is not started again before the server is; " +
  "`deno task doctor` looks for the cause.";

/** End of a worker that could not be started. */
const FAILED = Promise.resolve("");

/** Divides the cores of this machine among its workers. */
export function threadsPerWorker(workers: number, cores = navigator.hardwareConcurrency): number {
  return Math.max(1, Math.floor(cores / workers));
}

/** Starts or adopts the folder's workers and keeps them running. */
export function superviseWorkers(options: SuperviseOptions): Supervisor {
  return new WorkerSupervisor(options);
}

class WorkerSupervisor implements Supervisor {
  readonly #options: SuperviseOptions;
  readonly #threads: number;
  readonly #stopping = new AbortController();
  readonly #stopped = Promise.withResolvers<undefined>();
  readonly #tasks: readonly Promise<void>[];
  /** While it is held, idle workers keep running. */
  #lock: LockFile | undefined;
  #locking: Promise<void> | undefined;

  constructor(options: SuperviseOptions) {
    const { workers } = options;
    this.#options = options;
    this.#threads = threadsPerWorker(workers);
    this.#tasks = [
      ...Array.from({ length: workers }, (_, index) => this.#keepRunning(index + 1)),
      this.#stopSurplusWorkers(),
    ];
  }

  async stop(): Promise<void> {
    this.#stopped.resolve(undefined);
    this.#stopping.abort();
    await Promise.all(this.#tasks);
    this.#lock?.release();
  }

  /** Takes the supervisor's lock, unless an earlier server still has it. */
  async #takeLock(): Promise<void> {
    if (this.#lock) return;
    this.#locking ??= (async () => {
      this.#lock = await takeSupervisorLock(this.#options.home).catch(() => undefined);
      this.#locking = undefined;
    })();
    await this.#locking;
  }

  /** Keeps the worker of a slot running until the supervisor stops. */
  async #keepRunning(slot: number): Promise<void> {
    const { workers, log, pausesMs = RESTART_PAUSES_MS } = this.#options;
    const name = workers === 1 ? "The worker" : `Worker ${slot}`;
    let deaths = 0;
    while (!this.#stopping.signal.aborted) {
      const startedAt = performance.now();
      await this.#takeLock();
      const worker = await this.#start(slot, name);
      const end = await Promise.race([worker?.ended ?? FAILED, this.#stopped.promise]);
      if (end === undefined) {
        // A worker that another server supervises as well is left to that server.
        if (this.#lock) await worker?.stop();
        return;
      }
      if (performance.now() - startedAt > STABLE_AFTER_MS) deaths = 0;
      const pause = pausesMs[deaths++];
      if (pause !== undefined && await worker?.wasStopped) {
        log("info", `${name} was stopped and is started again in ${pause / 1000} s.`);
        await delay(pause, this.#stopping.signal);
        continue;
      }
      const death = worker ? `${name} has died: ${end}\n` : "";
      if (pause === undefined) return log("error", `${death}${GIVEN_UP}`);
      log("error", `${death}${name} is started again in ${pause / 1000} s.`);
      await delay(pause, this.#stopping.signal);
    }
  }

  /** Starts or adopts the worker of a slot. Returns undefined, after a line in the log, if it cannot be started. */
  async #start(slot: number, name: string): Promise<WorkerProcess | undefined> {
    const { log } = this.#options;
    const settings = { ...this.#options, threads: this.#threads };
    try {
      const worker = await spawnWorker({ ...settings, slot });
      if (this.#lock && worker.isAdopted && worker.mark !== fingerprint(settings)) {
        log("info", `${name} was left running for other settings and is replaced.`);
        await worker.stop();
        return await this.#start(slot, name);
      }
      log(
        "info",
        worker.isAdopted
          ? `${name} that was left running continues (process ${worker.pid}).`
          : `${name} is started (process ${worker.pid}).`,
      );
      return worker;
    } catch (error) {
      log("error", errorMessage(error));
      return undefined;
    }
  }

  /** Stops the workers that an earlier server has left in slots that are no longer used. */
  async #stopSurplusWorkers(): Promise<void> {
    const { home, workers, log } = this.#options;
    await this.#takeLock();
    if (!this.#lock) return;
    const surplus = (await slots(home)).filter((slot) => slot > workers);
    await Promise.all(surplus.map(async (slot) => {
      const holder = await slotHolder(home, slot);
      if (!holder) return;
      log("info", `Worker ${slot} was left running and is stopped, as there are to be ${workers}.`);
      await adoptWorker(home, slot, holder).stop();
    }));
  }
}
