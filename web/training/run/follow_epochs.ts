/// <reference lib="dom" />
/** A run's epochs from its first, then live, over any number of connections. */
import { isFinished as isFinal } from "../../../runs/log/state.ts";
import { follow } from "../../api/follow.ts";
import { request } from "../../api/request.ts";
import { type Epoch, EPOCHS_FEED, RUN_QUERY } from "../operations.ts";

/**
 * Follows until the run is over or the signal aborts.
 *
 * @param epochs takes the epochs in; the last one is the cursor
 * @param hear told of each time there are more
 * @throws {ApiError} if the API refuses it
 */
export function followEpochs(
  runId: string,
  epochs: Epoch[],
  hear: () => void,
  signal: AbortSignal,
): Promise<void> {
  return follow(EPOCHS_FEED, {
    variables: () => ({ runId, afterEpoch: epochs.at(-1)?.number ?? 0 }),
    next({ epochs: epoch }) {
      epochs.push(epoch);
      hear();
    },
    isOver: () => isRunOver(runId, signal),
  }, signal);
}

/** Whether nothing more can come of a run. */
export async function isRunOver(id: string, signal: AbortSignal): Promise<boolean> {
  const { run } = await request(RUN_QUERY, { id }, signal);
  return run === null || isFinal(run.state);
}
