/** Fetches the dataset of a run that was imported on another machine. */
import { DatasetError } from "../../data/errors.ts";
import { retry } from "../../lib/retry.ts";
import { CheckpointError, isFinalError } from "../../ml/checkpoint/error.ts";
import { fetchDataset } from "./shared_datasets.ts";
import { CHECKPOINT_RETRY_MS, SHARE_TIMEOUT_MS } from "../timeouts.ts";
import { TrainingError } from "../trainer/trainer.ts";
import type { CheckpointStore } from "../checkpoints/store.ts";

/** Options of fetchRunDataset(). */
export interface RunDatasetOptions {
  /** The dataset as the run's spec names it. */
  readonly dataset: string;
  /** The folder of datasets on this machine; without it, nothing is fetched. */
  readonly dataFolder: string | undefined;
  readonly checkpoints: CheckpointStore;
  /** Stops waiting. */
  readonly signal: AbortSignal;
  /** Receives the problem that is waited for, and null when it has passed. */
  readonly onProblem: (problem: string | null) => void;
}

/**
 * Brings the dataset to this machine, and waits while the store is unavailable or another machine still shares it.
 *
 * @throws {TrainingError} if it cannot be used
 */
export async function fetchRunDataset(
  { dataset, dataFolder, checkpoints, signal, onProblem }: RunDatasetOptions,
): Promise<void> {
  if (dataFolder === undefined) return;
  const began = performance.now();
  const isAwaited = ({ kind }: CheckpointError) =>
    kind === "missing" && performance.now() - began < SHARE_TIMEOUT_MS;
  try {
    await retry(() => fetchDataset(dataset, dataFolder, checkpoints, signal), {
      signal,
      pauseMs: CHECKPOINT_RETRY_MS,
      isTransient: (error) =>
        error instanceof CheckpointError && (isAwaited(error) || !isFinalError(error)),
      onProblem,
    });
  } catch (error) {
    if (signal.aborted) return;
    if (error instanceof DatasetError) throw new TrainingError(error.message);
    if (!(error instanceof CheckpointError)) throw error;
    throw new TrainingError(
      `Cannot train on dataset '${dataset}': it must be on this machine or beside the checkpoints. ${error.message}`,
    );
  }
}
