/**
 * Registers a worker in the store for as long as it runs.
 */
import { delay } from "../../lib/delay.ts";
import { StoreUnavailableError } from "../store/errors.ts";
import type { WorkerInfo, WorkerStats } from "../store/worker_info.ts";
import type { RunStore } from "../store/store.ts";
import { REGISTRATION_INTERVAL_MS } from "../timeouts.ts";

/** The registered details of a worker; the store adds the time. */
export type WorkerDetails = Omit<WorkerInfo, "seenAt" | "figures">;

/** A registered worker. */
export interface Registration {
  /** Stores a change at once. */
  update(change: Partial<WorkerDetails>): void;
  /** Deregisters the worker. */
  leave(): Promise<void>;
}

/**
 * Registers a worker, again and again until it leaves.
 *
 * @param readFigures called for each registration
 */
export function registerWorker(
  store: RunStore,
  worker: WorkerDetails,
  readFigures: () => WorkerStats,
): Registration {
  const gone = new AbortController();
  let current = worker;
  let changed = new AbortController();
  const beating = beat();
  return {
    update(change) {
      current = { ...current, ...change };
      changed.abort();
    },
    async leave() {
      gone.abort();
      changed.abort();
      await beating;
      await ignoreUnavailableStore(store.deregisterWorker(worker.id));
    },
  };

  async function beat(): Promise<void> {
    while (!gone.signal.aborted) {
      changed = new AbortController();
      await ignoreUnavailableStore(store.registerWorker({ ...current, figures: readFigures() }));
      await delay(REGISTRATION_INTERVAL_MS, changed.signal);
    }
  }
}

/** A store that cannot be used now lists no workers either; who trains reports it. */
async function ignoreUnavailableStore(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
  }
}
