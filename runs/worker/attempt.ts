/**
 * One attempt at a claimed run: prepare, train, write the log meanwhile, finish, clean up. The lease and the log do
 * not wait for the training. The training waits for the log only when it cannot be written for long, and for
 * checkpoints when there is no room for them.
 */
import { delay } from "../../lib/delay.ts";
import { errorMessage } from "../../lib/error_message.ts";
import { ConflictError } from "../log/errors.ts";
import { FencedError, StoreUnavailableError } from "../store/errors.ts";
import type { Run } from "../log/run.ts";
import { CLEANUP_TIMEOUT_MS } from "../timeouts.ts";
import { type Attempt, type AttemptOptions, createAttempt, observeRun } from "./attempt_state.ts";
import { removeOrphans } from "./checkpoint_manager.ts";
import { watchClaim } from "./claim_watch.ts";
import { writeLog } from "./log_phase.ts";
import { finalEvents, outcomeBeforeStart, type TrainingEnd } from "./outcome.ts";
import { train } from "./training_phase.ts";
import { inTrainingSpan } from "./training_span.ts";

/**
 * Trains a claimed run until it is finished, paused or interrupted, or the claim is lost.
 *
 * @returns the run as it was left, or undefined if it now belongs to another worker or could not be written
 */
export async function runAttempt(options: AttemptOptions): Promise<Run | undefined> {
  const { store, claim } = options;
  return await inTrainingSpan(store, claim, (span) => run(createAttempt(options, span)));
}

async function run(attempt: Attempt): Promise<Run | undefined> {
  const { store, claim, buffer, writer } = attempt;
  const watching = watchClaim(store, claim, {
    leaseMs: attempt.leaseMs,
    until: attempt.stop.ended,
    appendedAt: () => attempt.appendedAt,
    onRun: (run) => observeRun(attempt, run),
    onLost: attempt.stop.loseClaim,
  });
  watching.catch(() => {}); // Awaited in cleanUp().
  try {
    const outcome = await outcomeBeforeStart(store, claim.run);
    if (outcome) return await writer.append([outcome]);
    const writing = writeLog(attempt);
    writing.catch(() => {}); // Awaited below.
    const end = await train(attempt).finally(() => buffer.close());
    return await finish(attempt, await writing ?? end);
  } catch (error) {
    return leave(attempt, error);
  } finally {
    await cleanUp(attempt, watching);
  }
}

/** Logs how the training ended. */
async function finish(attempt: Attempt, end: TrainingEnd): Promise<Run> {
  const { store, claim, leaseMs, writer } = attempt;
  try {
    return await writer.append(finalEvents(attempt.latest.snapshot, end));
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    // A client's request came in between.
    const { snapshot } = await store.renew(claim, leaseMs);
    return await writer.append(finalEvents(snapshot, end));
  }
}

/** Leaves the run to its next worker, or throws what is no reason for that. */
function leave({ claim, logLine }: Attempt, error: unknown): undefined {
  if (error instanceof FencedError) logLine("warning", error.message);
  else if (error instanceof StoreUnavailableError) {
    logLine("error", `${error.message} The run '${claim.run.name}' is left to its next worker.`);
  } else throw error;
}

/** Ends timers and watches, and removes the files that nothing refers to. */
async function cleanUp(attempt: Attempt, watching: Promise<void>): Promise<void> {
  const { stop, folder, signal, logLine, onProblem } = attempt;
  stop.end();
  onProblem?.(null);
  await watching;
  const removals = attempt.removals
    .then(() => removeOwnOrphans(attempt))
    .catch((error) => logLine("warning", errorMessage(error)));
  await Promise.race([removals, delay(CLEANUP_TIMEOUT_MS, signal)]);
  await Deno.remove(folder, { recursive: true }).catch(() => {});
}

/** Removes this attempt's checkpoints that the log does not name; the next attempt removes them otherwise. */
async function removeOwnOrphans({ store, checkpoints, claim }: Attempt): Promise<void> {
  const { id, snapshot } = claim.run;
  try {
    const run = await store.get(id);
    await removeOrphans(checkpoints, id, snapshot.attempts, run?.snapshot);
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
  }
}
