/**
 * Traces, as OpenTelemetry has them: Deno records and exports spans where OTEL_DENO is true, by OpenTelemetry's own
 * variables. Where it is not, all of this does nothing. What goes from one process to another is a W3C traceparent.
 */
import {
  type Attributes,
  type Context,
  isSpanContextValid,
  ProxyTracerProvider,
  ROOT_CONTEXT,
  type Span,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import { errorMessage } from "./error_message.ts";

/** Starts the project's spans. */
export const tracer = trace.getTracer("epochql");

/** Whether spans are recorded: Deno has put its own provider in the place of the one that does nothing. */
export const isTracing = !(trace.getTracerProvider() instanceof ProxyTracerProvider);

/** Where the active span is, for the log; undefined where there is none. */
export function currentTraceparent(): string | undefined {
  const span = trace.getActiveSpan()?.spanContext();
  if (!span || !isSpanContextValid(span)) return undefined;
  return `00-${span.traceId}-${span.spanId}-${span.traceFlags.toString(16).padStart(2, "0")}`;
}

/**
 * The context in which a span is the parent that the log tells of. What is no traceparent is none.
 *
 * Not propagation.extract(): that is about what clients may say, which OTEL_PROPAGATORS can forbid.
 */
export function parseTraceparent(traceparent: string | undefined): Context {
  const [, traceId = "", spanId = "", flags = ""] = TRACEPARENT.exec(traceparent ?? "") ?? [];
  const span = { traceId, spanId, traceFlags: parseInt(flags, 16), isRemote: true };
  return isSpanContextValid(span) ? trace.setSpanContext(ROOT_CONTEXT, span) : ROOT_CONTEXT;
}

/** @see https://www.w3.org/TR/trace-context/#traceparent-header */
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Does something in a span of its own, a child of the active one. What is thrown marks the span. */
export async function inSpan<T>(
  name: string,
  attributes: Attributes,
  work: () => Promise<T>,
): Promise<T> {
  if (!isTracing) return await work();
  return await tracer.startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work();
    } catch (error) {
      markFailed(span, error instanceof Error ? error.name : "Error", errorMessage(error));
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Says of a span that what it stands for has failed: of what kind, and in words. Once a span. */
export function markFailed(span: Span, type: string, message: string): void {
  span.setAttribute("error.type", type);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}
