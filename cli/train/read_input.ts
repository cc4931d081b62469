/** The settings of an earlier run, for `deno task train --like`. */
import { type RunInput, runInputOf } from "../../ml/spec/run_input.ts";
import { epochsOf } from "../../runs/log/snapshot.ts";
import { openStore, type StoreLocation } from "../../runs/store/open.ts";
import { findLocalRun } from "../runs/find_local_run.ts";

/**
 * Reads the input that trains a run again.
 *
 * @param reference 'latest', its id or the start of it, or its name
 * @throws {RefusedError | UsageError} if there is no such run, or several match
 */
export async function readInput(location: StoreLocation, reference: string): Promise<RunInput> {
  const store = await openStore(location);
  try {
    const run = await findLocalRun(store, reference);
    return runInputOf({ ...run.spec, epochs: epochsOf(run) }, run.id);
  } finally {
    await store.close();
  }
}
