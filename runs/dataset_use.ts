/** The use of datasets by runs: those that have not ended need theirs. */
import { parseReference } from "../data/reference.ts";
import { isFinished, RUN_STATES } from "./log/state.ts";
import type { Run } from "./log/run.ts";
import { eachRun } from "./reading/each_run.ts";
import type { RunStore } from "./store/store.ts";

/** Returns a run that has not ended and trains on a dataset, whatever its version; undefined if there is none. */
export async function findUnfinishedUser(
  store: Pick<RunStore, "list">,
  dataset: string,
): Promise<Run | undefined> {
  const state = RUN_STATES.filter((state) => !isFinished(state));
  for await (const run of eachRun(store, { state })) {
    if (parseReference(run.spec.dataset).name === dataset) return run;
  }
  return undefined;
}

/** Counts the runs of each dataset by its name, whatever its version. */
export async function countRunsByDataset(
  store: Pick<RunStore, "list">,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for await (const { spec } of eachRun(store)) {
    const { name } = parseReference(spec.dataset);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** Explains why a dataset cannot be deleted. */
export function inUse(dataset: string, { name, snapshot: { state } }: Run): string {
  return `Dataset '${dataset}' is used by the run '${name}', which is ${state.toLowerCase()}. ` +
    "Wait for its end, or cancel it.";
}
