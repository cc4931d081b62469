/**
 * Who waits for something to be written, and how they are woken. No data passes here: whoever wakes up reads
 * the log.
 */

/** Waiters, and a count of what may have been written. */
export interface Wakeups {
  /** Counts the wake-ups so far. */
  mark(): number;
  /** Wakes those who wait for one of these topics, or for anything; without topics, as it is not known what, everybody. */
  wake(topics?: readonly string[]): void;
  /**
   * Waits until there was a wake-up since the mark, the signal aborts, or the ceiling is reached.
   *
   * @param topic what to wait for; without it, anything
   */
  wait(mark: number, signal: AbortSignal, topic?: string): Promise<void>;
}

/** Topics whose last wake-up is remembered, for those who are about to wait for it. */
const REMEMBERED = 10_000;

/**
 * @param ceilingMs how long to wait at most: what a lost wake-up costs
 * @param onWaiting is told when somebody begins to wait and when nobody waits any more
 */
export function createWakeups(
  ceilingMs: number,
  onWaiting: (somebody: boolean) => void = () => {},
): Wakeups {
  /** What each sleeper waits for. */
  const sleepers = new Map<() => void, string | undefined>();
  let count = 0;
  /** The count at the last wake-up of everybody, and at the last for each topic since then. */
  let lastOfAll = 0;
  const lastOf = new Map<string, number>();

  const hasMissed = (mark: number, topic: string | undefined) =>
    topic === undefined ? count > mark : Math.max(lastOfAll, lastOf.get(topic) ?? 0) > mark;

  return {
    mark: () => count,
    wake(topics) {
      count++;
      for (const topic of topics ?? []) lastOf.set(topic, count);
      if (topics === undefined || lastOf.size > REMEMBERED) {
        lastOfAll = count;
        lastOf.clear();
      }
      for (const [rouse, awaited] of [...sleepers]) {
        if (!topics || awaited === undefined || topics.includes(awaited)) rouse();
      }
    },
    wait(mark, signal, topic) {
      if (signal.aborted || hasMissed(mark, topic)) return Promise.resolve();
      return new Promise((resolve) => {
        const rouse = () => {
          clearTimeout(timer);
          signal.removeEventListener("abort", rouse);
          sleepers.delete(rouse);
          if (sleepers.size === 0) onWaiting(false);
          resolve();
        };
        const timer = setTimeout(rouse, ceilingMs);
        signal.addEventListener("abort", rouse, { once: true });
        sleepers.set(rouse, topic);
        if (sleepers.size === 1) onWaiting(true);
      });
    },
  };
}
