/** One time limit for many promises, which share a single timer. */

/**
 * Resolves as the work does, or rejects with the error of `late` when the limit has passed. The work is not stopped.
 */
export type SharedDeadline = <T>(work: Promise<T>, late: () => Error) => Promise<T>;

/** A promise under the limit. */
interface Wait {
  /** The moment of its limit, by performance.now(). */
  readonly end: number;
  giveUp(): void;
}

/**
 * Creates a limit for any number of promises.
 *
 * @param milliseconds the limit of each, from the call on
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const withLimit = createSharedDeadline(1_000);
 * assertEquals(await withLimit(Promise.resolve(1), () => new Error("late")), 1);
 * ```
 */
export function createSharedDeadline(milliseconds: number): SharedDeadline {
  /** Ordered by their ends. */
  const waits = new Set<Wait>();
  let isTimed = false;

  function setTimer(delay: number): void {
    isTimed = true;
    // The work may keep the process alive; the limit does not.
    Deno.unrefTimer(setTimeout(onTime, delay));
  }

  function onTime(): void {
    isTimed = false;
    const now = performance.now();
    for (const wait of waits) {
      if (wait.end > now) return setTimer(wait.end - now);
      waits.delete(wait);
      wait.giveUp();
    }
  }

  return (work, late) =>
    new Promise((resolve, reject) => {
      const wait = { end: performance.now() + milliseconds, giveUp: () => reject(late()) };
      waits.add(wait);
      if (!isTimed) setTimer(milliseconds);
      work.then((value) => {
        waits.delete(wait);
        resolve(value);
      }, (error) => {
        waits.delete(wait);
        reject(error);
      });
    });
}
