/** `deno task train --resume`: continues a run of this machine's store in this terminal. */
import { InvalidSpecError } from "../../ml/spec/spec.ts";
import { ConflictError } from "../../runs/log/errors.ts";
import type { Run } from "../../runs/log/run.ts";
import { isWaiting, type RunState } from "../../runs/log/state.ts";
import type { RunStore } from "../../runs/store/store.ts";
import { CLAIM_POLL_MS } from "../../runs/timeouts.ts";
import { WrongInputError } from "./errors.ts";
import { findLocalRun } from "../runs/find_local_run.ts";

/** A run to continue, as typed. */
export interface ResumeFlags {
  readonly run: string;
  /** The new total number of epochs; undefined leaves it. */
  readonly epochs?: number | undefined;
}

/**
 * Finds the run and requests that it is resumed, unless it only waits for a worker.
 *
 * @throws {RefusedError | UsageError} if there is no such run, or several match
 * @throws {WrongInputError} if its state does not allow it
 */
export async function requestResume(
  store: RunStore,
  { run: reference, epochs }: ResumeFlags,
): Promise<Run> {
  const run = await findLocalRun(store, reference);
  const { id, name } = run;
  const state = await untilPaused(store, run);
  // It waits for a worker, or one trains it: then it is followed, and continued here if that one dies.
  if ((isWaiting(state) || state === "RUNNING") && epochs === undefined) return run;
  try {
    return await store.request(id, "resume", { epochs: epochs ?? null }) ?? run;
  } catch (error) {
    if (error instanceof InvalidSpecError) {
      throw new WrongInputError(error.message.replaceAll("epochs", "--epochs"));
    }
    if (!(error instanceof ConflictError)) throw error;
    throw new WrongInputError(
      state === "COMPLETED"
        ? `The run '${name}' is already completed. Train it further with: deno task train --resume ${id} --epochs N`
        : error.message,
    );
  }
}

/** Waits while a worker pauses the run, or while one that was killed still holds it; returns its state then. */
async function untilPaused(store: RunStore, { id, snapshot }: Run): Promise<RunState> {
  let { state } = snapshot;
  while (state === "PAUSING" && (await store.held()).has(id)) {
    await store.wait(store.mark(), AbortSignal.timeout(CLAIM_POLL_MS));
    state = (await store.get(id))?.snapshot.state ?? state;
  }
  return state;
}
