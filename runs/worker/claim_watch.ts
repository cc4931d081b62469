/**
 * Watches a claimed run during its training: renews the lease and receives pause and cancel requests without delay.
 * Each append renews the lease and returns the run's state: the watch renews it, and listens for notifications, only
 * while nothing is appended, since each listener costs every writer of a database.
 */
import { delay } from "../../lib/delay.ts";
import { retry } from "../../lib/retry.ts";
import { FencedError, StoreUnavailableError } from "../store/errors.ts";
import type { Run } from "../log/run.ts";
import { type Claim, type RunStore, STATE_CHANGES } from "../store/store.ts";
import { RENEWALS_PER_LEASE, REQUEST_LISTEN_MS, STORE_RETRY_MS } from "../timeouts.ts";

/** Options of watchClaim(). */
export interface ClaimWatchOptions {
  readonly leaseMs: number;
  /** Ends the watch. */
  readonly until: AbortSignal;
  /** Returns the time at which the last append began, by performance.now(). */
  readonly appendedAt: () => number;
  /** Receives the current state of the run, including requests of clients. */
  readonly onRun: (run: Run) => void;
  /** Called when the claim is lost: another worker has claimed the run, or it has ended or was deleted. */
  readonly onLost: () => void;
}

/** Watches until `until` aborts or the claim is lost. */
export async function watchClaim(
  store: RunStore,
  claim: Claim,
  options: ClaimWatchOptions,
): Promise<void> {
  await Promise.all([
    keepLease(store, claim, options),
    watchControlRequests(store, claim, options),
  ]);
}

/** Renews the lease several times within its lifetime, unless appends do, until it is lost or no longer needed. */
async function keepLease(
  store: RunStore,
  claim: Claim,
  { leaseMs, until, appendedAt, onRun, onLost }: ClaimWatchOptions,
): Promise<void> {
  const interval = leaseMs / RENEWALS_PER_LEASE;
  let due = performance.now() + interval;
  for (;;) {
    await delay(Math.max(0, due - performance.now()), until);
    if (until.aborted) return;
    const now = performance.now();
    due = appendedAt() + interval;
    if (due > now) continue;
    due = now + interval;
    try {
      onRun(await store.renew(claim, leaseMs));
    } catch (error) {
      // While the store is unavailable, no other worker can claim the run either.
      if (error instanceof StoreUnavailableError) continue;
      // The run may have ended during the renewal.
      if (!until.aborted) onLost();
      if (error instanceof FencedError) return;
      throw error;
    }
  }
}

/** Reads the run when its state may have changed and no append has returned it. */
async function watchControlRequests(
  store: RunStore,
  { run: { id, snapshot } }: Claim,
  { until, appendedAt, onRun, onLost }: ClaimWatchOptions,
): Promise<void> {
  const isTransient = (error: unknown) => error instanceof StoreUnavailableError;
  const watch = async () => {
    while (!until.aborted) {
      const quietFor = performance.now() - appendedAt();
      if (quietFor < REQUEST_LISTEN_MS) {
        await delay(REQUEST_LISTEN_MS - quietFor, until);
        continue;
      }
      const mark = store.mark();
      const run = await store.get(id);
      if (until.aborted) return;
      if (run?.snapshot.attempts !== snapshot.attempts) return onLost();
      onRun(run);
      // Every request changes the state of its run.
      await store.wait(mark, until, STATE_CHANGES);
    }
  };
  try {
    await retry(watch, { signal: until, pauseMs: STORE_RETRY_MS, isTransient });
  } catch (error) {
    if (isTransient(error)) return; // The watch has ended.
    onLost();
    throw error;
  }
}
