/**
 * Trains one run in this process and its trainer, from its claim to its end: a worker for a single run. Where
 * another worker has it, the run is left to that one, and taken up if that one dies.
 */
import type { CheckpointStore } from "../../runs/checkpoints/store.ts";
import { isOver } from "../../runs/state.ts";
import type { RunStore } from "../../runs/store.ts";
import { trainRun, type WorkerLog } from "../../runs/train_run.ts";
import type { Trainer } from "../../runs/trainer.ts";

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
  /** Stops: what was trained is saved, and the run left to the next worker. */
  readonly signal: AbortSignal;
  readonly log: WorkerLog;
}

/** How long after its last sign of life the run is given to another worker. */
const LEASE_MS = 5_000;

/** How often to look whether another worker has died: nothing is written when that happens. */
const LOOK_MS = 500;

/** Resolves when the run is over, or gone, or the signal has aborted. */
export async function trainHere(options: TrainHereOptions): Promise<void> {
  const { store, trainer, checkpoints, scratch, runId, worker, signal, log } = options;
  while (!signal.aborted) {
    const mark = store.mark();
    const claim = await store.claim({ worker, leaseMs: LEASE_MS, runId });
    if (claim) {
      const leaseMs = LEASE_MS;
      await trainRun({ store, trainer, checkpoints, scratch, claim, leaseMs, signal, log });
      continue;
    }
    const run = await store.get(runId);
    if (!run || isOver(run.snapshot.state)) return;
    await store.wait(mark, AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS)]));
  }
}
