/** Traces in events: the log carries a trace from the client's request to the training. */

/**
 * An event within a trace, where traces are recorded: the span's W3C traceparent (lib/trace.ts).
 */
export interface Traced {
  readonly traceparent?: string;
}

/** Returns the trace fields of an event; none without a span. */
export function traced(traceparent: string | undefined): Traced {
  return traceparent === undefined ? {} : { traceparent };
}
