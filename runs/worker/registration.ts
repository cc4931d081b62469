/** Registers a worker in the store for as long as it runs. */
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
 * Registers a worker and renews the registration until it leaves.
 *
 * @param readFigures called for each renewal
 */
export function registerWorker(
  store: RunStore,
  worker: WorkerDetails,
  readFigures: () => WorkerStats,
): Registration {
  const gone = new AbortController();
  let current = worker;
  let changed = new AbortController();
  const renewing = renew();
  return {
    update(change) {
      current = { ...current, ...change };
      changed.abort();
    },
    async leave() {
      gone.abort();
      changed.abort();
      await renewing;
      await ignoreUnavailableStore(store.deregisterWorker(worker.id));
    },
  };

  async function renew(): Promise<void> {
    while (!gone.signal.aborted) {
      changed = new AbortController();
      await ignoreUnavailableStore(store.registerWorker({ ...current, figures: readFigures() }));
      await delay(REGISTRATION_INTERVAL_MS, changed.signal);
    }
  }
}

/** Ignores an unavailable store: it lists no workers either, and the training reports it. */
async function ignoreUnavailableStore(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
  }
}
