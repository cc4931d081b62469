/** Requests that resume a subscription (Last-Event-ID), and the ids of the results that they can resume after. */
import type { ExecutionResult } from "graphql";
import type { Resumption } from "../../schema/base/context.ts";
import { eventId } from "../../schema/base/resumption.ts";

/** Header with the id of the last event received. EventSource sets it. */
const LAST_EVENT_ID = "last-event-id";

const resumptions = new WeakMap<Request, Resumption>();

/** Ids of results by the result. Results may be shared: all of their subscribers get the same id. */
const ids = new WeakMap<ExecutionResult, string>();

/** Returns what a request asks to resume; undefined if it starts anew. */
export function resumptionOf(request: Request | undefined): Resumption | undefined {
  const lastEventId = request?.headers?.get(LAST_EVENT_ID);
  if (!request || !lastEventId) return undefined;
  const known = resumptions.get(request) ?? { lastEventId, isComplete: false };
  resumptions.set(request, known);
  return known;
}

/** Gives a result the id of its event. */
export function identifyResult(result: ExecutionResult, event: unknown): void {
  const id = eventId(event);
  if (id !== undefined) ids.set(result, id);
}

/** Returns the id of a result, after which a subscription can be resumed. */
export function eventIdOf(result: ExecutionResult): string | undefined {
  return ids.get(result);
}
