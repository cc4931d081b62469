/**
 * Server-sent events as graphql-sse has them in its distinct connections mode. What is there already goes in one
 * piece, a client that does not read holds its own subscription back, and nothing
 * heaps up. When the server stops, streams break off without the event `complete`, which says that there is no more
 * to come: clients that know the protocol then ask again.
 */
import type { ExecutionResult } from "graphql";
import { isShared } from "./shared_answers.ts";

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

/** What was made of answers that many are given. */
const frames = new WeakMap<ExecutionResult, Uint8Array<ArrayBuffer>>();

/**
 * A stream of answers, as the body of a response.
 *
 * @param toPublic what clients see of an answer
 * @param stopping breaks the stream off
 */
export function eventStream(
  answers: AsyncIterable<ExecutionResult>,
  toPublic: (answer: ExecutionResult) => unknown,
  stopping: AbortSignal,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const source = answers[Symbol.asyncIterator]();
  /** What was read of the source while the client was given what came before. */
  let pieces: Uint8Array<ArrayBuffer>[] = [];
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
      while (!isOver && pieces.length < MOST_AT_ONCE) {
        const step = await source.next();
        // What ends because the server stops is not complete.
        if (isOver || stopping.aborted) return;
        isOver = step.done === true;
        pieces.push(step.done ? COMPLETE : frameOf(step.value));
        arrived.resolve();
      }
    } catch (error) {
      failure = { error };
      arrived.resolve();
    } finally {
      isReading = false;
    }
  }

  function frameOf(answer: ExecutionResult): Uint8Array<ArrayBuffer> {
    const frame = frames.get(answer) ??
      encoder.encode(`event: next\ndata: ${JSON.stringify(toPublic(answer))}\n\n`);
    if (isShared(answer)) frames.set(answer, frame);
    return frame;
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
      if (pieces.length === 0) await arrived.promise;
      arrived = Promise.withResolvers();
      const ready = pieces;
      pieces = [];
      if (stopping.aborted) return;
      if (ready.length > 0) controller.enqueue(joined(ready));
      if (failure) {
        end();
        controller.error(failure.error);
      } else if (isOver) {
        end();
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

function joined(pieces: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const [first] = pieces;
  if (first && pieces.length === 1) return first;
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
