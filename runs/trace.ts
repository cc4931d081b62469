/**
 * Traces, as OpenTelemetry has them: Deno records and exports spans where OTEL_DENO is true, by OpenTelemetry's own
 * variables. Where it is not, all of this does nothing. What goes from one process to another is a W3C traceparent.
 */
import {
  type Attributes,
  type Context,
  context,
  propagation,
  ProxyTracerProvider,
  ROOT_CONTEXT,
  type Span,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";

/** Starts the project's spans. */
export const tracer = trace.getTracer("epochql");

/** Whether spans are recorded: Deno has put its own provider in the place of the one that does nothing. */
export const isTracing = !(trace.getTracerProvider() instanceof ProxyTracerProvider);

/** Where the active span is, for a log or a header; undefined where there is none. */
export function currentTraceparent(): string | undefined {
  if (!isTracing) return undefined;
  const carrier: { readonly traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent;
}

/** The context in which a span is the parent that somebody else has told of. What is no traceparent is none. */
export function contextOf(traceparent: string | undefined): Context {
  return traceparent === undefined
    ? ROOT_CONTEXT
    : propagation.extract(ROOT_CONTEXT, { traceparent });
}

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
      markFailed(span, error instanceof Error ? error.name : "Error", messageOf(error));
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

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
