/**
 * Server-sent events as graphql-sse has them, of one operation or of many. What is there already goes in one piece, a
 * client that does not read holds its own subscriptions back, and nothing heaps up. When the server stops, streams
 * break off without the event `complete`, which says that there is no more to come: clients that know the protocol then
 * ask again.
 */
import { setImmediate } from "node:timers";

/** How often something is sent where there is nothing to tell, so that nobody between takes the connection for dead. */
const PING_MS = 12_000;

/** Answers that go in one piece at most. */
const MOST_AT_ONCE = 100;

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

/**
 * A stream of events, as the body of a response.
 *
 * @param encode makes the events of what was read
 * @param stopping breaks the stream off
 */
export function eventStream<Item>(
  items: AsyncIterable<Item>,
  encode: (items: readonly Item[]) => Uint8Array<ArrayBuffer>,
  stopping: AbortSignal,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const source = items[Symbol.asyncIterator]();
  /** What was read of the source while the client was given what came before. */
  let waiting: Item[] = [];
  let [isReading, isOver] = [false, false];
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
    if (isReading || isOver || failure) return;
    isReading = true;
    try {
      while (!isOver && waiting.length < MOST_AT_ONCE) {
        const step = await source.next();
        // What ends because the server stops is not complete.
        if (isOver || stopping.aborted) return;
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
        if ((controller.desiredSize ?? 0) > 0) controller.enqueue(COMMENT);
      }, PING_MS);
      breakOff = () => {
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
      void read();
      if (waiting.length === 0) await arrived.promise;
      // Whatever is there already has been read by then.
      if (isReading) await nextTurn();
      arrived = Promise.withResolvers();
      const ready = waiting;
      waiting = [];
      if (stopping.aborted) return;
      if (ready.length > 0) controller.enqueue(encode(ready));
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
