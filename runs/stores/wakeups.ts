/**
 * Who waits for something to be written, and how they are woken. No data passes here: whoever wakes up reads
 * the log.
 */

/** Waiters, and a count of what may have been written. */
export interface Wakeups {
  /** Counts the wake-ups so far. */
  mark(): number;
  /** Something may have been written: wakes those who wait for this run or for any, or everybody if it is not known which. */
  wake(runId?: string): void;
  /**
   * Waits until there was a wake-up since the mark, the signal aborts, or the ceiling is reached.
   *
   * @param runId what to wait for; without it, any run
   */
  wait(mark: number, signal: AbortSignal, runId?: string): Promise<void>;
}

/** Runs whose last wake-up is remembered, each for those who are about to wait for it. */
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
  /** The count at the last wake-up of everybody, and at the last for a run since then. */
  let lastOfAll = 0;
  const lastOf = new Map<string, number>();

  const hasMissed = (mark: number, runId: string | undefined) =>
    runId === undefined ? count > mark : Math.max(lastOfAll, lastOf.get(runId) ?? 0) > mark;

  return {
    mark: () => count,
    wake(runId) {
      count++;
      if (runId !== undefined) lastOf.set(runId, count);
      if (runId === undefined || lastOf.size > REMEMBERED) {
        lastOfAll = count;
        lastOf.clear();
      }
      for (const [rouse, awaited] of [...sleepers]) {
        if (runId === undefined || awaited === undefined || awaited === runId) rouse();
      }
    },
    wait(mark, signal, runId) {
      if (signal.aborted || hasMissed(mark, runId)) return Promise.resolve();
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
        sleepers.set(rouse, runId);
        if (sleepers.size === 1) onWaiting(true);
      });
    },
  };
}
