/** Finds a run among others by its name, its id or the start of its id. */
import { LATEST } from "../../runs/reading/latest.ts";
import { RefusedError, UsageError } from "./errors.ts";

/** A run as users may name it. */
export interface NamedRun {
  readonly name: string;
  /** The ids that users may type the start of; the first is the one that they are shown. */
  readonly ids: readonly [string, ...string[]];
}

/** The number of candidates that an ambiguous reference lists. */
const NAMED = 5;

/** Characters of a shortened id. */
const SHORT = 8;

/**
 * Finds one run.
 *
 * @param runs all of them
 * @throws {RefusedError} if there is none
 * @throws {UsageError} if several match
 */
export async function matchRun<Run extends NamedRun>(
  reference: string,
  runs: AsyncIterable<Run>,
): Promise<Run> {
  const named: Run[] = [];
  const begun: Run[] = [];
  for await (const run of runs) {
    if (run.name === reference) named.push(run);
    const [shown, ...others] = run.ids;
    if (
      shown.startsWith(reference.toLowerCase()) || others.some((id) => id.startsWith(reference))
    ) begun.push(run);
  }
  const found = named.length > 0 ? named : begun;
  const [only, ...others] = found;
  if (!only) {
    throw new RefusedError(
      `No run '${reference}'. Use a name, an id (or its start) or '${LATEST}'; ` +
        "'deno task runs list' lists all.",
    );
  }
  if (others.length === 0) return only;
  throw new UsageError(
    named.length > 0
      ? `${found.length} runs are named '${reference}', the newest first: ${
        listed(found)
      }. Use an ID.`
      : `The IDs of ${found.length} runs start with '${reference}': ${
        listed(found)
      }. Write more of one.`,
  );
}

function listed(runs: readonly NamedRun[]): string {
  return runs.slice(0, NAMED).map(({ ids: [id], name }) => `${id.slice(0, SHORT)} (${name})`).join(
    ", ",
  ) + (runs.length > NAMED ? ", …" : "");
}
