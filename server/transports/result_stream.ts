/**
 * Response body that sends the results of one or many operations as they arrive. Available results are sent in one
 * piece, and a client that does not read pauses its subscriptions. When the server stops, the body breaks off, so that
 * no client takes that for the end of its subscription.
 */
import type { ExecutionResult } from "graphql";
import { STREAM_BREAK_DELAY_MS } from "../timeouts.ts";
import { createLiveReader, type Outcome } from "../../lib/streams/live_reader.ts";
import { toPullSource } from "../../lib/streams/pull_source.ts";
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
  const { opening, ending } = framing;
  const source = toPullSource(items);
  const live = createLiveReader(framing.contentType, take);
  const ahead = createReadAhead(source, { maxItems: MAX_RESULTS, live, onReady: send });
  let controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
  /** True if the client has read everything. */
  let isWanted = false;
  let heart: Heart;

  /** Sends what is there, in one piece, if the client has read the last one. */
  function send(): void {
    if (!isWanted) return;
    isWanted = false;
    // Before enqueue(), which may read further.
    const { isComplete, failure } = ahead;
    const ready = ahead.take();
    try {
      if (ready.length > 0) {
        const piece = framing.encode(ready);
        const fitting = Math.ceil(PIECE_BYTES * ready.length / piece.length);
        ahead.setMaxItems(Math.min(MAX_RESULTS, fitting));
        controller.enqueue(piece);
        live.note?.({ items: ready.length, piece });
      }
      if (failure) throw failure.error;
    } catch (error) {
      // Where a result cannot be encoded, the operation ends with the stream.
      stop();
      return controller.error(error);
    }
    if (!isComplete) return ahead.fill();
    stop();
    controller.enqueue(ending);
    controller.close();
  }

  /** Sends what another stream has made of the same results. A client that has read everything has none left here. */
  function take({ piece }: Outcome): boolean {
    if (!isWanted) return false;
    isWanted = false;
    controller.enqueue(piece);
    return true;
  }

  function stop(): void {
    isWanted = false;
    ahead.stop();
    heart.stop();
    stopping.removeEventListener("abort", breakOff);
    source.return().catch(() => {});
  }

  function breakOff(): void {
    stop();
    setTimeout(() => controller.error(new StreamBrokenError()), STREAM_BREAK_DELAY_MS);
  }

  return new ReadableStream({
    start(given) {
      controller = given;
      controller.enqueue(opening);
      heart = startHeart(controller, framing, { stallMs, onStall: breakOff });
      if (stopping.aborted) breakOff();
      else stopping.addEventListener("abort", breakOff, { once: true });
    },
    pull() {
      heart.noteRead();
      isWanted = true;
      ahead.fill();
    },
    cancel: stop,
  });
}

/** Heartbeats of a stream, and a watch over its client. */
interface Heart {
  /** Notes that the client has read what was sent. */
  noteRead(): void;
  stop(): void;
}

/** Sends heartbeats while there is nothing to read, and reports a client that leaves something unread for long. */
function startHeart(
  controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>,
  { heartbeat, heartbeatMs }: Pick<Framing<unknown>, "heartbeat" | "heartbeatMs">,
  { stallMs, onStall }: { readonly stallMs: number; readonly onStall: () => void },
): Heart {
  /** True if the client has read since the last beat: it is cheaper to note than the time. */
  let hasRead = false;
  /** Time of the last beat at which the client had read, or had nothing to read. */
  let readAt = performance.now();
  const beating = setInterval(() => {
    const isIdle = (controller.desiredSize ?? 0) > 0;
    const now = performance.now();
    if (hasRead || isIdle) readAt = now;
    else if (now - readAt >= stallMs) onStall();
    hasRead = false;
    if (isIdle) controller.enqueue(heartbeat);
  }, Math.min(heartbeatMs, stallMs));
  return {
    noteRead() {
      hasRead = true;
    },
    stop: () => clearInterval(beating),
  };
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
