/** Finds a run of this machine's store, as users name it in `deno task train`. */
import type { Run } from "../../runs/log/run.ts";
import type { RunStore } from "../../runs/store/store.ts";
import { RefusedError, UsageError } from "../runs/errors.ts";
import { LATEST, matchRun, type NamedRun } from "../runs/match_run.ts";
import { keyOf } from "../runs/run_id.ts";
import { WrongInputError } from "./errors.ts";

/** Runs per page. */
const PAGE = 200;

/**
 * Finds one run by 'latest', its id or the start of it, or its name.
 *
 * @throws {WrongInputError} if there is none, or if several match
 */
export async function findLocalRun(store: RunStore, reference: string): Promise<Run> {
  if (reference === LATEST) {
    const { runs: [newest] } = await store.list({ first: 1 });
    if (newest) return newest;
    throw new WrongInputError("Cannot find the latest run: there is none yet.");
  }
  // The API's id holds the run's own.
  const wanted = keyOf(reference) ?? reference;
  const whole = await store.get(wanted);
  if (whole) return whole;
  try {
    return (await matchRun(wanted, candidates(store))).run;
  } catch (error) {
    if (!(error instanceof RefusedError || error instanceof UsageError)) throw error;
    throw new WrongInputError(error.message);
  }
}

/** Yields all runs, newest first. */
async function* candidates(store: RunStore): AsyncGenerator<NamedRun & { readonly run: Run }> {
  for (let after: string | undefined, more = true; more;) {
    const page: Awaited<ReturnType<RunStore["list"]>> = await store.list({ first: PAGE, after });
    for (const run of page.runs) yield { name: run.name, ids: [run.id], run };
    after = page.runs.at(-1)?.id;
    more = page.hasNextPage;
  }
}
