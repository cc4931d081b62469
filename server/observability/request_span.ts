/**
 * Attributes that Deno's own span of a request lacks: the route and the failure. The span is active while the request
 * is handled; its parent is the client's `traceparent`.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
import { trace } from "@opentelemetry/api";
import { isTracing, markFailed } from "../../lib/trace.ts";

/**
 * Describes the span of a request.
 *
 * @param route path with placeholders; undefined where there is no resource
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
