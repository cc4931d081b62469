/**
 * A collector that keeps what processes export by OTLP over HTTP, as JSON (OTEL_EXPORTER_OTLP_PROTOCOL=http/json), so
 * that tests can look at it.
 */

/** A span as it was exported, with its attributes by name. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty if it has no parent. */
  readonly parentSpanId: string;
  readonly name: string;
  /** 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  /** Nanoseconds since 1970. */
  readonly start: bigint;
  readonly end: bigint;
  readonly attributes: Attributes;
  readonly events: readonly { readonly name: string; readonly attributes: Attributes }[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  /** 0 unset, 1 OK, 2 an error. */
  readonly status: { readonly code: number; readonly message: string };
}

/** A line of a log that was exported. */
export interface ReceivedLog {
  readonly severity: string;
  readonly body: string;
  readonly traceId: string;
}

export type Attributes = Readonly<Record<string, unknown>>;

/** A collector. */
export interface OtlpReceiver {
  /** Variables that make a process export to it, soon after each span. */
  readonly env: Readonly<Record<string, string>>;
  readonly spans: readonly ReceivedSpan[];
  readonly logs: readonly ReceivedLog[];
  /** The requests for spans as they came. */
  readonly texts: readonly string[];
  /** The first span that is as wanted, once it is there. */
  span(what: string, isWanted: (span: ReceivedSpan) => boolean): Promise<ReceivedSpan>;
  /** The first line that is as wanted, once it is there. */
  log(what: string, isWanted: (log: ReceivedLog) => boolean): Promise<ReceivedLog>;
  close(): Promise<void>;
}

/** Longest wait for a span: a training loads an engine first. */
const PATIENCE_MS = 60_000;

/** Listens on a free port. */
export function startOtlpReceiver(): OtlpReceiver {
  const spans: ReceivedSpan[] = [];
  const logs: ReceivedLog[] = [];
  const texts: string[] = [];
  const waiting = new Set<() => void>();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const text = await request.text();
    switch (new URL(request.url).pathname) {
      case "/v1/traces":
        texts.push(text);
        spans.push(...parts(text, "resourceSpans", "scopeSpans", "spans").map(toSpan));
        break;
      case "/v1/logs":
        logs.push(...parts(text, "resourceLogs", "scopeLogs", "logRecords").map(toLog));
        break;
    }
    for (const look of waiting) look();
    return Response.json({});
  });

  async function first<Part>(
    what: string,
    parts: readonly Part[],
    isWanted: (part: Part) => boolean,
  ): Promise<Part> {
    const { promise, resolve, reject } = Promise.withResolvers<Part>();
    const look = () => {
      const found = parts.find(isWanted);
      if (found !== undefined) resolve(found);
    };
    const timer = setTimeout(() => {
      const names = spans.map(({ name, traceId }) => `${name} of ${traceId}`).join("\n");
      reject(new Error(`Waited in vain for ${what}; there are these spans:\n${names}`));
    }, PATIENCE_MS);
    waiting.add(look);
    look();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      waiting.delete(look);
    }
  }

  return {
    env: {
      OTEL_DENO: "true",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${server.addr.port}`,
      OTEL_BSP_SCHEDULE_DELAY: "50",
      OTEL_BLRP_SCHEDULE_DELAY: "50",
    },
    spans,
    logs,
    texts,
    span: (what, isWanted) => first(what, spans, isWanted),
    log: (what, isWanted) => first(what, logs, isWanted),
    close: () => server.shutdown(),
  };
}

// What comes has the shape that OTLP says.
// deno-lint-ignore no-explicit-any
type Json = any;

/** Returns the items two lists deep in an export. */
function parts(text: string, outer: string, middle: string, inner: string): Json[] {
  return JSON.parse(text)[outer].flatMap((resource: Json) =>
    resource[middle].flatMap((scope: Json) => scope[inner])
  );
}

function toSpan(span: Json): ReceivedSpan {
  return {
    ...span,
    start: BigInt(span.startTimeUnixNano),
    end: BigInt(span.endTimeUnixNano),
    attributes: toAttributes(span.attributes),
    events: span.events.map(({ name, attributes }: Json) => ({
      name,
      attributes: toAttributes(attributes),
    })),
  };
}

function toLog({ severityText, body, traceId }: Json): ReceivedLog {
  return { severity: severityText, body: body.stringValue, traceId };
}

/** @throws if one is there twice: collectors would keep either */
function toAttributes(list: Json[]): Attributes {
  const attributes: Record<string, unknown> = {};
  for (const { key, value } of list) {
    if (key in attributes) throw new Error(`There must be one attribute '${key}', got two.`);
    attributes[key] = Object.values(value)[0];
  }
  return attributes;
}
