/**
 * Trains one run in this process and its trainer, from its claim to its end: a worker for a single run. Where
 * another worker has it, the run is left to that one, and taken up if that one dies.
 */
import type { CheckpointStore } from "../../runs/checkpoints/store.ts";
import type { GpuReader } from "../../runs/trainer/gpu.ts";
import { isFinished } from "../../runs/log/state.ts";
import {
  type Claim,
  ConflictError,
  type RunStore,
  StoreUnavailableError,
} from "../../runs/store/store.ts";
import { runAttempt, type WorkerLog } from "../../runs/worker/attempt.ts";
import type { Trainer } from "../../runs/trainer/trainer.ts";

/** What it takes. */
export interface TrainHereOptions {
  readonly store: RunStore;
  readonly trainer: Trainer;
  readonly checkpoints: CheckpointStore;
  /** A folder for what is only needed while the run is trained. */
  readonly scratch: string;
  readonly runId: string;
  /** This worker's name. */
  readonly worker: string;
  /** Leaves the run, paused and with what was trained saved; one that another worker has is left to that one. */
  readonly pause: AbortSignal;
  /** Stops: what was trained is saved, and the run left to the next worker. */
  readonly signal: AbortSignal;
  readonly log: WorkerLog;
  readonly readGpu?: GpuReader;
}

/** How long after its last sign of life the run is given to another worker. */
const LEASE_MS = 5_000;

/** How often to look whether another worker has died: nothing is written when that happens. */
const LOOK_MS = 500;

/** Resolves when the run is over, or gone, or a signal has aborted. */
export async function trainHere(options: TrainHereOptions): Promise<void> {
  const { store, runId, worker, pause, signal } = options;
  const leaving = AbortSignal.any([pause, signal]);
  while (!signal.aborted) {
    const mark = store.mark();
    const claim = await store.claim({ worker, leaseMs: LEASE_MS, runId });
    if (claim) await trainClaimed(claim, options);
    if (pause.aborted) return;
    if (claim) continue;
    const run = await store.get(runId);
    if (!run || isFinished(run.snapshot.state)) return;
    await store.wait(mark, AbortSignal.any([leaving, AbortSignal.timeout(LOOK_MS)]));
  }
}

async function trainClaimed(claim: Claim, options: TrainHereOptions): Promise<void> {
  const { store, trainer, checkpoints, scratch, runId, pause, log, readGpu } = options;
  const left = new AbortController();
  const signal = AbortSignal.any([options.signal, left.signal]);
  let leaving: Promise<void> | undefined;
  const leave = () => {
    // What was trained is saved as for any pause, but not waited for without end.
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
  await runAttempt({
    ...{ store, trainer, checkpoints, scratch, claim, leaseMs: LEASE_MS, signal, log },
    ...(readGpu === undefined ? {} : { readGpu }),
  });
  pause.removeEventListener("abort", leave);
  if (pause.aborted) leave();
  await leaving;
}

/** Asks for a pause. Where that cannot be written down now, the run is left to the next worker. */
async function requestPause(store: RunStore, runId: string): Promise<void> {
  try {
    await store.request(runId, "pause");
  } catch (error) {
    const isOverNow = error instanceof ConflictError;
    if (!isOverNow && !(error instanceof StoreUnavailableError)) throw error;
  }
}
