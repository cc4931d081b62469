/** Checks the events that a watcher received against the log. */
import type { RunEvent } from "../../runs/log/event.ts";
import { DESCRIPTIONS, type Findings, look, show } from "./invariants.ts";
import { isDeepStrictEqual } from "node:util";

/** An event as a watcher received it, with the fields that GraphQL adds. */
export type Seen = { readonly seq: number } & Readonly<Record<string, unknown>>;

/** Fields that GraphQL adds to the log's events. */
const ADDED_BY_GRAPHQL = ["__typename", "runId"];

/**
 * Compares all events that a watcher received, over all connections, with the log.
 *
 * @param who name for messages: 'the watcher by SSE'
 */
export function checkWatched(
  who: string,
  seen: readonly Seen[],
  events: readonly RunEvent[],
): Findings {
  return look("watched", function* () {
    for (const [index, event] of seen.entries()) {
      if (event.seq !== index + 1) {
        return yield `${who} must be given the event ${index + 1}, got ${event.seq}`;
      }
      const logged: Readonly<Record<string, unknown>> = { ...events[index] };
      for (const [field, value] of Object.entries(event)) {
        if (ADDED_BY_GRAPHQL.includes(field) || isDeepStrictEqual(value, logged[field])) continue;
        yield `${who} is given ${field} ${show(value)} of the event ${event.seq}, which has ` +
          show(logged[field]);
      }
    }
    // Watchers disconnect when the run ends, before later descriptions.
    const promised = 1 + events.findLastIndex(({ type }) => !DESCRIPTIONS.includes(type));
    if (seen.length < promised) yield `${who} is given ${seen.length} of ${promised} events`;
  });
}
