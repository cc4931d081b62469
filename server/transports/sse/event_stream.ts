/**
 * Server-sent events of one or many operations, in graphql-sse's protocol. Available events are sent in one piece,
 * and a client that does not read pauses its subscriptions. When the server stops, streams end without the event
 * `complete`, after which clients reconnect.
 */
import { SSE_END_DELAY_MS, SSE_PING_MS } from "../../timeouts.ts";
import { createReadAhead } from "./read_ahead.ts";

/** Events in one piece. */
const MAX_EVENTS = 100;

/** Target size of a piece: it holds fewer events if they are large. */
const PIECE_BYTES = 256 * 1024;

const encoder = new TextEncoder();
const COMMENT = encoder.encode(":\n\n");
const COMPLETE = encoder.encode("event: complete\ndata:\n\n");

/** Headers of a response that is an event stream. */
export const STREAM_HEADERS = {
  "content-type": "text/event-stream",
  "cache-control": "no-cache",
  // nginx would buffer events.
  "x-accel-buffering": "no",
} as const;

/** Conditions under which a stream breaks off. */
export interface StreamOptions {
  /** Fires when the server stops. */
  readonly stopping: AbortSignal;
  /** Longest time that a client may leave pending events unread. */
  readonly stallMs: number;
}

/**
 * Creates a stream of events, as the body of a response.
 *
 * @param encode turns items into events
 */
export function eventStream<Item>(
  items: AsyncIterable<Item>,
  encode: (items: readonly Item[]) => Uint8Array<ArrayBuffer>,
  { stopping, stallMs }: StreamOptions,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const source = items[Symbol.asyncIterator]();
  const ahead = createReadAhead(source, MAX_EVENTS);
  /** Time at which the client last read something, or had nothing to read. */
  let readAt = performance.now();
  let pinging: ReturnType<typeof setInterval>;
  let breakOff = () => {};

  function end(): void {
    clearInterval(pinging);
    stopping.removeEventListener("abort", breakOff);
  }

  return new ReadableStream({
    start(controller) {
      // Some clients consider a response begun only when its first bytes arrive.
      controller.enqueue(COMMENT);
      pinging = setInterval(() => {
        const now = performance.now();
        if ((controller.desiredSize ?? 0) > 0) {
          readAt = now;
          controller.enqueue(COMMENT);
        } else if (now - readAt >= stallMs) breakOff();
      }, Math.min(SSE_PING_MS, stallMs));
      breakOff = () => {
        ahead.stop();
        end();
        source.return?.().catch(() => {});
        setTimeout(() => closeIfOpen(controller), SSE_END_DELAY_MS);
      };
      if (stopping.aborted) breakOff();
      else stopping.addEventListener("abort", breakOff, { once: true });
    },
    async pull(controller) {
      readAt = performance.now();
      const ready = await ahead.take();
      if (ahead.isStopped) return;
      if (ready.length > 0) {
        const piece = encode(ready);
        const fitting = Math.ceil(PIECE_BYTES * ready.length / piece.length);
        ahead.setMaxItems(Math.min(MAX_EVENTS, fitting));
        controller.enqueue(piece);
      }
      if (ahead.failure) {
        end();
        controller.error(ahead.failure.error);
      } else if (ahead.isComplete) {
        end();
        controller.enqueue(COMPLETE);
        controller.close();
      } else ahead.fill();
    },
    async cancel() {
      ahead.stop();
      end();
      await source.return?.();
    },
  });
}

function closeIfOpen(controller: ReadableStreamDefaultController): void {
  try {
    controller.close();
  } catch {
    // The client has disconnected meanwhile.
  }
}
