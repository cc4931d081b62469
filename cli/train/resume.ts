/** `deno task train --resume`: continues a run of this machine's store in this terminal. */
import { join } from "node:path";
import {
  type DatasetDescriptions,
  deletionProblem,
  describeDatasets,
} from "../../data/storage/describe.ts";
import { InvalidSpecError } from "../../ml/spec/spec.ts";
import { ConflictError } from "../../runs/log/errors.ts";
import type { Run } from "../../runs/log/run.ts";
import { isWaiting, type RunState } from "../../runs/log/state.ts";
import { isShared, type SharedPlaces } from "../../runs/paths.ts";
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

/** Returns what describes the datasets of this machine; undefined where machines share theirs. */
export function datasetsOf(config: SharedPlaces): DatasetDescriptions | undefined {
  return isShared(config) ? undefined : describeDatasets(join(config.home, "data"));
}

/**
 * Finds the run and requests that it is resumed, unless it only waits for a worker.
 *
 * @throws {RefusedError | UsageError} if there is no such run, or several match
 * @param datasets datasetsOf()
 * @throws {WrongInputError} if its state does not allow it, or its dataset was deleted
 */
export async function requestResume(
  store: RunStore,
  { run: reference, epochs }: ResumeFlags,
  datasets: DatasetDescriptions | undefined,
): Promise<Run> {
  const run = await findLocalRun(store, reference);
  const { id, name } = run;
  const state = await untilPaused(store, run);
  // It waits for a worker, or one trains it: then it is followed, and continued here if that one dies.
  if ((isWaiting(state) || state === "RUNNING") && epochs === undefined) return run;
  const problem = datasets && await deletionProblem(run.spec.dataset, datasets);
  if (problem) throw new WrongInputError(`Cannot resume the run '${name}': ${problem}`);
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
