/** Finds a run by 'latest', its id or the start of it, or its name. */
import { RefusedError, UsageError } from "./errors.ts";
import { LIST_NAMES, READ_NAME } from "./operations.ts";
import { pagesOf } from "./pages.ts";
import { keyOf, shortId, shownId, toRunId } from "./run_id.ts";
import type { Server } from "./server.ts";

/** The word for the newest run. */
export const LATEST = "latest";

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
  const named: FoundRun[] = [];
  const begun: FoundRun[] = [];
  for await (const run of pagesOf(server, LIST_NAMES)) {
    if (run.name === reference) named.push(run);
    if (shownId(run.id).startsWith(reference.toLowerCase()) || run.id.startsWith(reference)) {
      begun.push(run);
    }
  }
  const found = named.length > 0 ? named : begun;
  const [only, ...others] = found;
  if (!only) throw notFound(reference);
  if (others.length === 0) return only;
  throw new UsageError(
    `Cannot tell which run '${reference}' is: it must be one run's name or id, got those of ` +
      `${found.length}: ${listed(found)}. Name it by its id.`,
  );
}

/** The number of candidates that an ambiguous reference lists. */
const NAMED = 5;

function listed(runs: readonly FoundRun[]): string {
  return runs.slice(0, NAMED).map(({ id, name }) => `${shortId(id)} (${name})`).join(", ") +
    (runs.length > NAMED ? ", …" : "");
}

function notFound(reference: string): RefusedError {
  return new RefusedError(
    `No run '${reference}'. Use a name, an id (or its start) or '${LATEST}'; ` +
      "'deno task runs list' lists all.",
  );
}
