/**
 * A queue for work that takes seconds. Pieces are done one at a time, each once for all callers that request the same;
 * one without callers is stopped. The latest results are cached.
 */
import { LRUCache } from "lru-cache";

/** Thrown if the queue is full. */
export class BusyError extends Error {
  override readonly name = "BusyError";
}

/** A queue of work by key. */
export interface WorkQueue<T> {
  /**
   * Returns the result for a key: cached, in progress, or started now.
   *
   * @param work must stop soon after its signal aborts
   * @param signal aborts when the caller has left; the work continues as long as others wait for it
   * @throws {BusyError} if the queue is full
   * @throws the signal's reason
   * @throws the error of the work; a later call tries again
   */
  run(key: string, work: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/** Limits of a queue. */
export interface WorkQueueOptions {
  /** Completes 'Cannot …'. */
  readonly purpose: string;
  /** Maximum number of pieces in progress or waiting. */
  readonly maxPending: number;
  /** Number of cached results. */
  readonly maxCached: number;
}

/** A piece of work in progress or waiting. */
interface Piece<T> {
  readonly result: Promise<T>;
  readonly stop: AbortController;
  /** Number of callers that wait for it. */
  waiting: number;
}

/** Creates an empty queue. */
export function createWorkQueue<T>(
  { purpose, maxPending, maxCached }: WorkQueueOptions,
): WorkQueue<T> {
  const known = new LRUCache<string, { readonly result: T }>({ max: maxCached });
  const pieces = new Map<string, Piece<T>>();
  let last: Promise<unknown> = Promise.resolve();

  function begin(key: string, work: (signal: AbortSignal) => Promise<T>): Piece<T> {
    if (pieces.size >= maxPending) {
      throw new BusyError(
        `Cannot ${purpose}: at most ${maxPending} may be under way at a time, got one more. ` +
          "Ask again in a few seconds.",
      );
    }
    const stop = new AbortController();
    const result = last.then(async () => {
      stop.signal.throwIfAborted();
      const result = await work(stop.signal);
      known.set(key, { result });
      return result;
    });
    const piece = { result, stop, waiting: 0 };
    pieces.set(key, piece);
    last = result.catch(() => {}).finally(() => forget(key, piece));
    return piece;
  }

  function forget(key: string, piece: Piece<T>): void {
    if (pieces.get(key) === piece) pieces.delete(key);
  }

  return {
    async run(key, work, signal) {
      signal?.throwIfAborted();
      const found = known.get(key);
      if (found) return found.result;
      const piece = pieces.get(key) ?? begin(key, work);
      const gone = Promise.withResolvers<never>();
      const leave = () => gone.reject(signal?.reason);
      piece.waiting++;
      signal?.addEventListener("abort", leave);
      try {
        return await Promise.race([piece.result, gone.promise]);
      } finally {
        signal?.removeEventListener("abort", leave);
        if (--piece.waiting === 0) {
          // Later callers start anew.
          forget(key, piece);
          piece.stop.abort();
        }
      }
    },
  };
}
