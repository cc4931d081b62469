/** The use of datasets by runs: those that have not ended need theirs. */
import { count } from "../lib/format.ts";
import { isFinished, RUN_STATES } from "./log/state.ts";
import type { Run } from "./log/run.ts";
import type { RunStore } from "./store/store.ts";

/** Returns a run that has not ended and trains on a dataset, whatever its version; undefined if there is none. */
export async function findUnfinishedUser(
  store: Pick<RunStore, "list">,
  dataset: string,
): Promise<Run | undefined> {
  const state = RUN_STATES.filter((state) => !isFinished(state));
  const { runs: [user] } = await store.list({ first: 1, state, dataset });
  return user;
}

/** Says what happens to the runs of a deleted dataset. */
export function keptByRuns(runs: number): string {
  const keep = runs === 1
    ? "1 run that uses it keeps its"
    : `${count(runs)} runs that use it keep their`;
  return `${keep} curves, checkpoints and evaluations, but cannot be trained further.`;
}

/** Explains why a dataset cannot be deleted. */
export function inUse(dataset: string, { name, snapshot: { state } }: Run): string {
  return `Dataset '${dataset}' is used by the run '${name}', which is ${state.toLowerCase()}. ` +
    "Wait for its end, or cancel it.";
}
