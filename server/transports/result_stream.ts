/**
 * Response body that sends the results of one or many operations as they arrive. Available results are sent in one
 * piece, and a client that does not read pauses its subscriptions. When the server stops, the body breaks off, so that
 * no client takes that for the end of its subscription.
 */
import type { ExecutionResult } from "graphql";
import { STREAM_BREAK_DELAY_MS } from "../timeouts.ts";
import { createReadAhead } from "./read_ahead.ts";

/** Results in one piece. */
const MAX_RESULTS = 100;

/** Target size of a piece: it holds fewer results if they are large. */
const PIECE_BYTES = 256 * 1024;

/** Bytes that a transport puts around results. */
export interface Framing<Item> {
  readonly contentType: string;
  /** Bytes sent at once: some clients consider a response begun only when its first bytes arrive. */
  readonly opening: Uint8Array<ArrayBuffer>;
  /** Bytes sent while there are no results. */
  readonly heartbeat: Uint8Array<ArrayBuffer>;
  readonly heartbeatMs: number;
  /** Encodes results, in one piece. */
  encode(items: readonly Item[]): Uint8Array<ArrayBuffer>;
  /** Bytes sent after the last result. */
  readonly ending: Uint8Array<ArrayBuffer>;
}

/** Conditions under which a stream breaks off. */
export interface StreamOptions {
  /** Fires when the server stops. */
  readonly stopping: AbortSignal;
  /** Longest time that a client may leave pending results unread. */
  readonly stallMs: number;
}

/** Headers that every stream of results has. */
const STREAM_HEADERS = {
  // Proxies that compress would gather results until there are enough of them.
  "cache-control": "no-cache, no-transform",
  // nginx would buffer results.
  "x-accel-buffering": "no",
} as const;

/** Responds with a stream of results. */
export function streamResponse<Item>(
  items: AsyncIterable<Item>,
  framing: Framing<Item>,
  options: StreamOptions,
): Response {
  return new Response(resultStream(items, framing, options), {
    headers: { ...STREAM_HEADERS, "content-type": framing.contentType },
  });
}

/** Creates the body of a response. */
export function resultStream<Item>(
  items: AsyncIterable<Item>,
  framing: Framing<Item>,
  { stopping, stallMs }: StreamOptions,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const { opening, heartbeat, heartbeatMs, ending } = framing;
  const source = items[Symbol.asyncIterator]();
  const ahead = createReadAhead(source, MAX_RESULTS);
  /** Time at which the client last read something, or had nothing to read. */
  let readAt = performance.now();
  let beating: ReturnType<typeof setInterval>;
  let breakOff = () => {};

  function end(): void {
    clearInterval(beating);
    stopping.removeEventListener("abort", breakOff);
  }

  /** Encodes results. Where one cannot be encoded, the operation ends with the stream. */
  function encode(ready: readonly Item[]): Uint8Array<ArrayBuffer> {
    try {
      return framing.encode(ready);
    } catch (error) {
      ahead.stop();
      end();
      source.return?.().catch(() => {});
      throw error;
    }
  }

  return new ReadableStream({
    start(controller) {
      controller.enqueue(opening);
      beating = setInterval(() => {
        const now = performance.now();
        if ((controller.desiredSize ?? 0) > 0) {
          readAt = now;
          controller.enqueue(heartbeat);
        } else if (now - readAt >= stallMs) breakOff();
      }, Math.min(heartbeatMs, stallMs));
      breakOff = () => {
        ahead.stop();
        end();
        source.return?.().catch(() => {});
        setTimeout(() => controller.error(new StreamBrokenError()), STREAM_BREAK_DELAY_MS);
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
        ahead.setMaxItems(Math.min(MAX_RESULTS, fitting));
        controller.enqueue(piece);
      }
      if (ahead.failure) {
        end();
        controller.error(ahead.failure.error);
      } else if (ahead.isComplete) {
        end();
        controller.enqueue(ending);
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

/** Returns what an operation was executed to as a sequence of results. */
export function toResults(
  result: ExecutionResult | AsyncIterable<ExecutionResult>,
): AsyncIterable<ExecutionResult> {
  return Symbol.asyncIterator in result ? result : single(result);
}

async function* single(result: ExecutionResult): AsyncGenerator<ExecutionResult, void> {
  yield result;
}

/** Thrown into the body of a response that ends before its results: the client sees a broken connection. */
export class StreamBrokenError extends Error {
  override readonly name = "StreamBrokenError";

  constructor() {
    super(
      "The stream must stay open until its last result, got a stop of the server or a client that does not read.",
    );
  }
}
