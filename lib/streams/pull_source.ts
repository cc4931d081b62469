/**
 * Sequences that are read by callbacks, and as async iterables too. An async iterator makes promises for each item, and
 * one over another makes them again: with a thousand subscribers that takes longer than to write to their connections.
 */

import type { LiveReader } from "./live_reader.ts";

/** Receives the outcome of each pull. */
export interface Sink<T> {
  next(item: T): void;
  /** Nothing more is there now. The pull still waits. */
  idle(): void;
  /** The sequence has ended. */
  end(): void;
  /** The sequence has ended by an error. Another pull calls end(). */
  fail(error: unknown): void;
  /** Reader behind the sink, if it can take what others made of the same items. Sources add to its key. */
  readonly live?: LiveReader | undefined;
}

/** A sequence with one reader, which asks for one item at a time. */
export interface PullSource<T> extends AsyncIterableIterator<T, void> {
  /**
   * Connects the reader.
   *
   * @returns the function that asks for the next item. It calls the sink once: at once where the item is there,
   *   otherwise later. It must not be called again before that
   */
  connect(sink: Sink<T>): () => void;
  /** Ends the sequence. A pull that waits calls its sink's end(). */
  return(): Promise<IteratorReturnResult<void>>;
}

const DONE = { done: true, value: undefined } as const;

/**
 * Creates a sequence.
 *
 * @param connect PullSource's method
 * @param close called by return()
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * let count = 0;
 * const source = createPullSource<number>((sink) => () => sink.next(++count), () => {});
 * assertEquals(await source.next(), { done: false, value: 1 });
 * ```
 */
export function createPullSource<T>(
  connect: PullSource<T>["connect"],
  close: () => void | Promise<unknown>,
): PullSource<T> {
  let step = Promise.withResolvers<IteratorResult<T, void>>();
  let pull: (() => void) | undefined;
  const source: PullSource<T> = {
    connect,
    [Symbol.asyncIterator]: () => source,
    next() {
      pull ??= connect({
        next: (value) => step.resolve({ done: false, value }),
        idle() {},
        end: () => step.resolve(DONE),
        fail: (error) => step.reject(error),
      });
      step = Promise.withResolvers();
      pull();
      return step.promise;
    },
    async return() {
      await close();
      return DONE;
    },
  };
  return source;
}

/** Returns a sequence of an async iterable's items; a PullSource itself. */
export function toPullSource<T>(items: AsyncIterable<T>): PullSource<T> {
  if ("connect" in items) return items as PullSource<T>;
  const iterator = items[Symbol.asyncIterator]();
  return createPullSource<T>(
    (sink) => () => {
      iterator.next().then(
        (step) => step.done ? sink.end() : sink.next(step.value),
        (error) => sink.fail(error),
      );
    },
    () => iterator.return?.(),
  );
}

/**
 * Returns a sequence that is found at the first pull.
 *
 * @param find returns it; undefined if it is empty
 */
export function findPullSource<T>(
  find: () => Promise<PullSource<T> | undefined>,
): PullSource<T> {
  let found: PullSource<T> | undefined;
  let isClosed = false;
  return createPullSource<T>((sink) => {
    let pull = () => {
      find().then((source) => {
        if (!isClosed) found = source;
        pull = found?.connect(sink) ?? sink.end;
        pull();
      }, (error) => {
        pull = sink.end;
        sink.fail(error);
      });
    };
    return () => pull();
  }, () => {
    isClosed = true;
    return found?.return();
  });
}
