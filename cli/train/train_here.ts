/**
 * Trains one run in this process and its trainer, from its claim to its end: a worker for a single run. A
 * run that another worker holds stays with it, and is claimed if that worker dies.
 */
import type { CheckpointStore } from "../../runs/checkpoints/store.ts";
import type { GpuReader } from "../../runs/trainer/gpu.ts";
import { ConflictError } from "../../runs/log/errors.ts";
import { StoreUnavailableError } from "../../runs/store/errors.ts";
import { isFinished } from "../../runs/log/state.ts";
import type { Claim, RunStore } from "../../runs/store/store.ts";
import { runAttempt } from "../../runs/worker/attempt.ts";
import type { WorkerLog } from "../../runs/worker/worker_log.ts";
import type { Trainer } from "../../runs/trainer/trainer.ts";
import { CLAIM_POLL_MS, TERMINAL_LEASE_MS } from "../../runs/timeouts.ts";

/** The parts of a single run's worker. */
export interface TrainHereOptions {
  readonly store: RunStore;
  readonly trainer: Trainer;
  readonly checkpoints: CheckpointStore;
  /** The folder that datasets of other machines are fetched to. */
  readonly sharedDataFolder?: string | undefined;
  /** A folder that is removed at the end. */
  readonly scratch: string;
  readonly runId: string;
  /** The name of this worker. */
  readonly worker: string;
  /** Saves a checkpoint and pauses the run; a run that another worker holds is left to it. */
  readonly pause: AbortSignal;
  /** Stops: saves a checkpoint and leaves the run to the next worker. */
  readonly signal: AbortSignal;
  readonly log: WorkerLog;
  readonly readGpu?: GpuReader;
}

/** Resolves when the run has ended or was deleted, or a signal has aborted. */
export async function trainHere(options: TrainHereOptions): Promise<void> {
  const { store, runId, worker, pause, signal } = options;
  const leaving = AbortSignal.any([pause, signal]);
  while (!signal.aborted) {
    const mark = store.mark();
    const claim = await store.claim({ worker, leaseMs: TERMINAL_LEASE_MS, runId });
    if (claim) await trainClaimed(claim, options);
    if (pause.aborted) return;
    if (claim) continue;
    const run = await store.get(runId);
    if (!run || isFinished(run.snapshot.state)) return;
    await store.wait(mark, AbortSignal.any([leaving, AbortSignal.timeout(CLAIM_POLL_MS)]));
  }
}

async function trainClaimed(claim: Claim, options: TrainHereOptions): Promise<void> {
  const { store, runId, pause } = options;
  const left = new AbortController();
  const signal = AbortSignal.any([options.signal, left.signal]);
  let leaving: Promise<void> | undefined;
  const leave = () => {
    // A checkpoint is saved as for any pause, but not awaited indefinitely.
    leaving ??= requestPause(store, runId).finally(() => left.abort());
    leaving.catch(() => {}); // Awaited below.
  };
  if (pause.aborted) {
    leave();
    // Nothing is trained meanwhile.
    await leaving;
  } else {
    pause.addEventListener("abort", leave, { once: true });
  }
  await runAttempt({ ...options, claim, leaseMs: TERMINAL_LEASE_MS, signal });
  pause.removeEventListener("abort", leave);
  if (pause.aborted) leave();
  await leaving;
}

/** Requests a pause. If that cannot be stored now, the run is left to the next worker. */
async function requestPause(store: RunStore, runId: string): Promise<void> {
  try {
    await store.request(runId, "pause");
  } catch (error) {
    const isOverNow = error instanceof ConflictError;
    if (!isOverNow && !(error instanceof StoreUnavailableError)) throw error;
  }
}
