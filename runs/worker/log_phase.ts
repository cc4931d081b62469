/** The logging phase of an attempt, concurrent to its training: appends buffered events and removes old checkpoints. */
import { delay } from "../../lib/delay.ts";
import { errorMessage } from "../../lib/error_message.ts";
import type { Run } from "../log/run.ts";
import type { RunEventBody } from "../log/event.ts";
import { APPEND_INTERVAL_MS } from "../timeouts.ts";
import { type Attempt, observeRun } from "./attempt_state.ts";
import { pruneEvents, removePruned } from "./checkpoint_manager.ts";
import type { TrainingEnd } from "./outcome.ts";

/**
 * Appends buffered events until the buffer is closed and empty. If that fails, the training ends.
 *
 * @returns the end of the training if the log rejects its events
 */
export async function writeLog(attempt: Attempt): Promise<TrainingEnd | undefined> {
  const { buffer, stop } = attempt;
  try {
    await appendBuffered(attempt);
    return undefined;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { end: { type: "failed", error: error.message } };
  } finally {
    if (!buffer.closed.aborted) stop.loseClaim();
    buffer.close();
  }
}

async function appendBuffered(attempt: Attempt): Promise<void> {
  const { buffer, writer } = attempt;
  while (await buffer.ready()) {
    const events = buffer.take();
    const began = performance.now();
    const run = await writer.append(events);
    attempt.appendedAt = began;
    observeRun(attempt, run);
    await pruneCheckpoints(attempt, events, run);
    await delay(APPEND_INTERVAL_MS, buffer.closed);
  }
}

/** Removes checkpoints that are no longer needed: first from the log, then their files. */
async function pruneCheckpoints(
  attempt: Attempt,
  appended: readonly RunEventBody[],
  run: Run,
): Promise<void> {
  const { claim, checkpoints, writer, logLine } = attempt;
  const hasNew = appended.some(({ type }) => type === "checkpoint");
  const pruned = hasNew ? pruneEvents(run.snapshot) : [];
  const after = pruned.length > 0 ? await writer.append(pruned) : run;
  observeRun(attempt, after);
  const removed = [...appended, ...pruned];
  attempt.removals = attempt.removals
    .then(() => removePruned(checkpoints, claim.run.id, removed, after.snapshot))
    .catch((error) => logLine("error", errorMessage(error)));
}
