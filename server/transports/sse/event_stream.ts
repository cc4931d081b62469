/**
 * Server-sent events as graphql-sse has them, of one operation or of many. What is there already goes in one piece, a
 * client that does not read holds its own subscriptions back, and nothing heaps up. When the server stops, streams
 * break off without the event `complete`, which says that there is no more to come: clients that know the protocol then
 * ask again.
 */
import { setImmediate } from "node:timers";

/** How often something is sent where there is nothing to tell, so that nobody between takes the connection for dead. */
const PING_MS = 12_000;

/** Answers that go in one piece at most, and bytes that are enough for one: of large answers, fewer are taken. */
const MOST_AT_ONCE = 100;
const ENOUGH_BYTES = 256 * 1024;

/**
 * What was written last shall have been taken in by then: graphql-sse overlooks an end that comes together with an
 * event, and would wait for ever.
 */
const LAST_EVENT_MS = 50;

const encoder = new TextEncoder();
const COMMENT = encoder.encode(":\n\n");
const COMPLETE = encoder.encode("event: complete\ndata:\n\n");

export const STREAM_HEADERS = {
  "content-type": "text/event-stream",
  "cache-control": "no-cache",
  // nginx would hold events back.
  "x-accel-buffering": "no",
} as const;

let turn: Promise<void> | undefined;

/** The next turn of the event loop: one promise for all who wait for it. */
function nextTurn(): Promise<void> {
  return turn ??= new Promise((resolve) => {
    setImmediate(() => {
      turn = undefined;
      resolve();
    });
  });
}

/** When a stream breaks off. */
export interface StreamOptions {
  readonly stopping: AbortSignal;
  readonly stallMs: number;
}

/**
 * A stream of events, as the body of a response.
 *
 * @param encode makes the events of what was read
 * @param options.stopping breaks the stream off
 * @param options.stallMs how long the client may take nothing of what waits for it; then the stream breaks off as well
 */
export function eventStream<Item>(
  items: AsyncIterable<Item>,
  encode: (items: readonly Item[]) => Uint8Array<ArrayBuffer>,
  { stopping, stallMs }: StreamOptions,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const source = items[Symbol.asyncIterator]();
  /** What was read of the source while the client was given what came before. */
  let waiting: Item[] = [];
  let mostAtOnce = MOST_AT_ONCE;
  /** When the client took something last, or there was nothing to take. */
  let takenAt = performance.now();
  let [isReading, isOver, isBroken] = [false, false, false];
  let failure: { readonly error: unknown } | undefined;
  let arrived = Promise.withResolvers<void>();
  let pinging: ReturnType<typeof setInterval>;
  let breakOff = () => {};

  function end(): void {
    clearInterval(pinging);
    stopping.removeEventListener("abort", breakOff);
  }

  /** Reads on until there is enough for one piece. */
  async function read(): Promise<void> {
    if (isReading || isOver || isBroken || failure) return;
    isReading = true;
    try {
      while (!isOver && waiting.length < mostAtOnce) {
        const step = await source.next();
        // What breaks off is not complete.
        if (isOver || isBroken) return;
        isOver = step.done === true;
        if (!step.done) waiting.push(step.value);
        arrived.resolve();
      }
    } catch (error) {
      failure = { error };
      arrived.resolve();
    } finally {
      isReading = false;
    }
  }

  return new ReadableStream({
    start(controller) {
      // Some clients take a response for begun only when something of it has come.
      controller.enqueue(COMMENT);
      pinging = setInterval(() => {
        const now = performance.now();
        if ((controller.desiredSize ?? 0) > 0) {
          takenAt = now;
          controller.enqueue(COMMENT);
        } else if (now - takenAt >= stallMs) breakOff();
      }, Math.min(PING_MS, stallMs));
      breakOff = () => {
        isBroken = true;
        end();
        source.return?.().catch(() => {});
        setTimeout(() => {
          try {
            controller.close();
          } catch {
            // The client has gone meanwhile.
          }
        }, LAST_EVENT_MS);
      };
      if (stopping.aborted) breakOff();
      else stopping.addEventListener("abort", breakOff, { once: true });
    },
    async pull(controller) {
      takenAt = performance.now();
      void read();
      if (waiting.length === 0) await arrived.promise;
      // Whatever is there already has been read by then.
      if (isReading) await nextTurn();
      arrived = Promise.withResolvers();
      const ready = waiting;
      waiting = [];
      if (isBroken) return;
      if (ready.length > 0) {
        const piece = encode(ready);
        const enough = Math.ceil(ENOUGH_BYTES * ready.length / piece.length);
        mostAtOnce = Math.min(MOST_AT_ONCE, enough);
        controller.enqueue(piece);
      }
      if (failure) {
        end();
        controller.error(failure.error);
      } else if (isOver) {
        end();
        controller.enqueue(COMPLETE);
        controller.close();
      } else void read();
    },
    async cancel() {
      isOver = true;
      end();
      await source.return?.();
    },
  });
}
