/** Requests that resume a subscription (Last-Event-ID), and the ids of the results that they can resume after. */
import type { ExecutionResult } from "graphql";
import type { Resumption } from "../../schema/base/context.ts";
import { eventId } from "../../schema/base/resumption.ts";

/** Header with the id of the last event received. EventSource sets it. */
const LAST_EVENT_ID = "last-event-id";

const resumptions = new WeakMap<Request, Resumption>();

/** Events by their results. */
const events = new WeakMap<ExecutionResult, object>();

/** Returns what a request asks to resume; undefined if it starts anew. */
export function resumptionOf(request: Request | undefined): Resumption | undefined {
  const lastEventId = request?.headers?.get(LAST_EVENT_ID);
  if (!request || !lastEventId) return undefined;
  const known = resumptions.get(request) ?? { lastEventId, isComplete: false };
  resumptions.set(request, known);
  return known;
}

/** Notes the event of a result, by which it has an id, and returns the result. */
export function identifyResult(result: ExecutionResult, event: object): ExecutionResult {
  events.set(result, event);
  return result;
}

/** Returns the id of a result, after which a subscription can be resumed. */
export function eventIdOf(result: ExecutionResult): string | undefined {
  const event = events.get(result);
  return event && eventId(event);
}
