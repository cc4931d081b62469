/**
 * OpenTelemetry traces. Deno records and exports spans if OTEL_DENO is true; otherwise everything here does nothing.
 * A trace crosses process borders as a W3C traceparent.
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

/** The tracer of all spans that this project starts. */
export const tracer = trace.getTracer("epochql");

/** True if spans are recorded: Deno has then replaced the provider that does nothing. */
export const isTracing = !(trace.getTracerProvider() instanceof ProxyTracerProvider);

/** Returns the traceparent of the active span; undefined without one. */
export function currentTraceparent(): string | undefined {
  const span = trace.getActiveSpan()?.spanContext();
  if (!span || !isSpanContextValid(span)) return undefined;
  return `00-${span.traceId}-${span.spanId}-${span.traceFlags.toString(16).padStart(2, "0")}`;
}

/**
 * Makes the span of a traceparent the parent of a new context; the root context if the text is not a traceparent.
 *
 * Not propagation.extract(): OTEL_PROPAGATORS may disable it, which is meant for headers of clients.
 */
export function parseTraceparent(traceparent: string | undefined): Context {
  const [, traceId = "", spanId = "", flags = ""] = TRACEPARENT.exec(traceparent ?? "") ?? [];
  const span = { traceId, spanId, traceFlags: parseInt(flags, 16), isRemote: true };
  return isSpanContextValid(span) ? trace.setSpanContext(ROOT_CONTEXT, span) : ROOT_CONTEXT;
}

/** @see https://www.w3.org/TR/trace-context/#traceparent-header */
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Runs work in a new child of the active span. An error marks the span as failed and is thrown again. */
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

/** Marks a span as failed, at most once a span. */
export function markFailed(span: Span, type: string, message: string): void {
  span.setAttribute("error.type", type);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}
