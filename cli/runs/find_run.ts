/** Finds a run by 'latest', its id or the start of it, or its name. */
import { RefusedError } from "./errors.ts";
import { LATEST } from "../../runs/reading/latest.ts";
import { matchRun, type NamedRun } from "./match_run.ts";
import { LIST_NAMES, READ_NAME } from "./operations.ts";
import { pagesOf } from "./pages.ts";
import { keyOf, shownId, toRunId } from "./run_id.ts";
import type { Server } from "./server.ts";

/** A run that was found. */
export interface FoundRun {
  /** The API's id. */
  readonly id: string;
  readonly name: string;
}

const WHOLE_KEY = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Finds one run.
 *
 * @throws {RefusedError} if there is none
 * @throws {UsageError} if several match
 */
export async function findRun(server: Server, reference: string): Promise<FoundRun> {
  const id = WHOLE_KEY.test(reference) ? toRunId(reference) : reference;
  if (keyOf(id) !== undefined) {
    const { run } = await server.ask(READ_NAME, { id });
    if (run) return run;
    // The start of an id may look like a whole one.
  }
  if (reference === LATEST) {
    const first = await server.ask(LIST_NAMES, { first: 1, after: null, state: null });
    const [newest] = first.runs.nodes;
    if (newest) return newest;
    throw new RefusedError(
      `Cannot find the latest run: there is none on ${server.address} yet.`,
    );
  }
  const { ids: _ids, ...found } = await matchRun(reference, candidates(server));
  return found;
}

/** Yields all runs with their ids. */
async function* candidates(server: Server): AsyncGenerator<FoundRun & NamedRun, void> {
  for await (const run of pagesOf(server, LIST_NAMES)) {
    yield { ...run, ids: [shownId(run.id), run.id] };
  }
}
