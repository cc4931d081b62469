/// <reference lib="dom" />
/** A run's epochs from the first, then live, over any number of connections. */
import { isFinished as isFinal } from "../../../runs/log/state.ts";
import { follow } from "../../api/follow.ts";
import { request } from "../../api/request.ts";
import { type Epoch, EPOCHS_FEED, RUN_QUERY } from "../operations.ts";

/**
 * Follows a run's epochs until it has ended or the signal aborts.
 *
 * @param epochs receives the epochs; the last one is the cursor
 * @param onEpochs called after each addition
 * @throws {ApiError} if the API refuses it
 */
export function followEpochs(
  runId: string,
  epochs: Epoch[],
  onEpochs: () => void,
  signal: AbortSignal,
): Promise<void> {
  return follow(EPOCHS_FEED, {
    variables: () => ({ runId, afterEpoch: epochs.at(-1)?.number ?? 0 }),
    next({ epochs: epoch }) {
      epochs.push(epoch);
      onEpochs();
    },
    isOver: () => isRunOver(runId, signal),
  }, signal);
}

/** Resolves to true if the run has ended or was deleted. */
export async function isRunOver(id: string, signal: AbortSignal): Promise<boolean> {
  const { run } = await request(RUN_QUERY, { id }, signal);
  return run === null || isFinal(run.state);
}
