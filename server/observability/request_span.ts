/**
 * What Deno's own span of a request lacks: the route, which only the server knows, and that it failed. The span is the
 * active one while the request is answered; its parent is the one that the client names in `traceparent`.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
import { trace } from "@opentelemetry/api";
import { isTracing, markFailed } from "../../lib/trace.ts";

/**
 * Describes the span of a request that was answered.
 *
 * @param route a path, with names in the place of what differs; undefined where there is nothing
 */
export function describeRequest(method: string, route: string | undefined, status: number): void {
  const span = isTracing ? trace.getActiveSpan() : undefined;
  if (!span) return;
  if (route !== undefined) {
    span.updateName(`${method} ${route}`);
    span.setAttribute("http.route", route);
  }
  if (status >= 500) markFailed(span, String(status), "");
}
