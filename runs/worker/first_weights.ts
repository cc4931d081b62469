/** Fetches the weights that a run begins with, which lie beside its checkpoints. */
import { retry } from "../../lib/retry.ts";
import { CheckpointError, isFinalError } from "../../ml/checkpoint/error.ts";
import { START_FILE } from "../../ml/checkpoint/weights_file.ts";
import { CHECKPOINT_RETRY_MS } from "../timeouts.ts";
import { TrainingError } from "../trainer/trainer.ts";
import type { Attempt } from "./attempt_state.ts";

/**
 * Fetches the weights into the attempt's folder, and waits while the store is unavailable.
 *
 * @returns the file; undefined if the run begins with random weights, or the attempt is stopped
 * @throws {TrainingError} if they are missing or damaged
 */
export async function fetchFirstWeights(
  { checkpoints, claim, spec: { startFrom }, folder, stop, problems }: Attempt,
): Promise<string | undefined> {
  if (startFrom === null) return undefined;
  const { sha256 } = startFrom;
  const signal = AbortSignal.any([stop.soft, stop.hard]);
  try {
    return await retry(
      () => checkpoints.fetch(claim.run.id, START_FILE, folder, { sha256, signal }),
      {
        signal,
        pauseMs: CHECKPOINT_RETRY_MS,
        isTransient: (error) => error instanceof CheckpointError && !isFinalError(error),
        onProblem: problems.storeProblem,
      },
    );
  } catch (error) {
    if (signal.aborted) return undefined;
    if (!(error instanceof CheckpointError)) throw error;
    throw new TrainingError(
      `Cannot begin with the weights of startFrom: ${error.message} Start the training again.`,
    );
  }
}
