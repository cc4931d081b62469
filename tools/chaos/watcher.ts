/**
 * Watchers of a run. As clients should, each remembers its last event and reconnects from there after every end of
 * a connection.
 */
import { createClient as createSseClient } from "graphql-sse";
import { createClient as createWsClient } from "graphql-ws";
import type { Seen } from "./watched.ts";

/** Transports of watchers. */
export const TRANSPORTS = ["SSE", "WebSocket"] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** A watcher. */
export interface Watcher {
  /** Name for messages: 'the watcher by SSE'. */
  readonly name: string;
  /** Received events, in order. */
  readonly seen: readonly Seen[];
  /** Returns the number of connections so far. */
  connections(): number;
  /** Resolves when it has received the end of the run, or the signal aborts. */
  readonly done: Promise<void>;
}

const EVENTS = `subscription Watch($runId: ID!, $afterSeq: Int) {
  runEvents(runId: $runId, afterSeq: $afterSeq) {
    __typename seq runId at
    ... on BatchesEvent { epoch firstStep losses accs samplesPerSecond }
    ... on Epoch { number trainAcc trainLoss testAcc testLoss learningRate seconds }
    ... on ClaimedEvent { worker attempt }
    ... on LogEvent { message }
  }
}`;

/** The last events of a training. */
const ENDS: readonly unknown[] = ["CompletedEvent", "CancelledEvent", "FailedEvent"];

/** Pause before a server that is down is tried again, in milliseconds. */
const RETRY_MS = 50;

/** Watches a run from its first event. */
export function watch(
  origin: string,
  runId: string,
  transport: Transport,
  signal: AbortSignal,
): Watcher {
  const seen: Seen[] = [];
  let connections = 0;
  // Clients may describe the run after its end.
  const isOver = () => signal.aborted || seen.some(({ __typename }) => ENDS.includes(__typename));
  const done = (async () => {
    while (!isOver()) {
      connections++;
      // A server that stops completes the subscription, too: only the end of the run is final.
      await readOn().catch(() => {});
      if (!isOver()) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  })();
  return {
    name: `the watcher by ${transport} of ${origin}`,
    seen,
    connections: () => connections,
    done,
  };

  async function readOn(): Promise<void> {
    const { events, close } = open(origin, transport, {
      query: EVENTS,
      variables: { runId, afterSeq: seen.at(-1)?.seq ?? 0 },
    });
    signal.addEventListener("abort", close, { once: true });
    try {
      for await (const { data } of events) {
        if (!data) return;
        seen.push(data.runEvents);
      }
    } finally {
      signal.removeEventListener("abort", close);
      close();
    }
  }
}

interface Request {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

interface Connection {
  readonly events: AsyncIterable<
    { readonly data?: { readonly runEvents: Seen } | null | undefined }
  >;
  close(): void;
}

/** Opens one connection for one subscription, without reconnecting. */
function open(origin: string, transport: Transport, request: Request): Connection {
  switch (transport) {
    case "SSE": {
      const client = createSseClient({ url: `${origin}/graphql`, retryAttempts: 0 });
      return { events: client.iterate(request), close: () => client.dispose() };
    }
    case "WebSocket": {
      const url = `${origin.replace("http", "ws")}/graphql`;
      const client = createWsClient({ url, retryAttempts: 0 });
      // It rejects where the client was about to connect.
      const close = () => void Promise.try(() => client.dispose()).catch(() => {});
      return { events: client.iterate(request), close };
    }
    default:
      return transport satisfies never;
  }
}
