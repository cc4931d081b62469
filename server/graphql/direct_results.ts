/**
 * Results of subscriptions as their source yields them. Envelop and Yoga put three iterators around each subscription
 * to mask its errors, which take about an eighth of a delivery. The source masks its own, so that the transports that
 * stream can read it directly.
 */
import type { ExecutionResult } from "graphql";

/** Sources by their requests. */
const sources = new WeakMap<Request, AsyncIterable<ExecutionResult>>();

/** Notes the source of a request's subscription, all of whose errors are masked. */
export function noteSource(request: Request, source: AsyncIterable<ExecutionResult>): void {
  sources.set(request, source);
}

/** Returns the source of a request's subscription; undefined for other requests. */
export function sourceOf(request: Request): AsyncIterable<ExecutionResult> | undefined {
  return sources.get(request);
}
