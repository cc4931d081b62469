/** Waiting, but not for ever, for many things at a time: all are given the same time, and share one timer. */

/** Waits for work, which goes on when it is given up. */
export type SharedDeadline = <T>(work: Promise<T>, late: () => Error) => Promise<T>;

/** Something that is waited for. */
interface Wait {
  /** When it is given up, by performance.now(). */
  readonly end: number;
  giveUp(): void;
}

/**
 * Starts with nothing to wait for.
 *
 * @param milliseconds how long each may take. `late` makes the error of one that takes longer
 */
export function createSharedDeadline(milliseconds: number): SharedDeadline {
  /** In the order of their ends. */
  const waits = new Set<Wait>();
  let isTimed = false;

  function setTimer(delay: number): void {
    isTimed = true;
    // What is waited for keeps the process alive; the wait itself does not.
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
