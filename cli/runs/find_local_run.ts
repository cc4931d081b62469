/** Finds a run of this machine's store, as users name it. */
import type { Run } from "../../runs/log/run.ts";
import { eachRun } from "../../runs/reading/each_run.ts";
import type { RunStore } from "../../runs/store/store.ts";
import { RefusedError } from "./errors.ts";
import { LATEST } from "../../runs/reading/latest.ts";
import { matchRun, type NamedRun } from "./match_run.ts";
import { keyOf } from "./run_id.ts";

/**
 * Finds one run by 'latest', its id or the start of it, or its name.
 *
 * @throws {RefusedError} if there is none
 * @throws {UsageError} if several match
 */
export async function findLocalRun(store: RunStore, reference: string): Promise<Run> {
  if (reference === LATEST) {
    const { runs: [newest] } = await store.list({ first: 1 });
    if (newest) return newest;
    throw new RefusedError("Cannot find the latest run: there is none on this machine yet.");
  }
  // The API's id holds the run's own.
  const wanted = keyOf(reference) ?? reference;
  const whole = await store.get(wanted);
  if (whole) return whole;
  return (await matchRun(wanted, candidates(store))).run;
}

/** Yields all runs, newest first. */
async function* candidates(store: RunStore): AsyncGenerator<NamedRun & { readonly run: Run }> {
  for await (const run of eachRun(store)) yield { name: run.name, ids: [run.id], run };
}
