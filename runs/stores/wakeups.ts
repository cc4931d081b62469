/**
 * Who waits for something to be written, and how they are woken. No data passes here: whoever wakes up reads
 * the log.
 */

/** Waiters, and a count of what may have been written. */
export interface Wakeups {
  /** Counts the wake-ups so far. */
  mark(): number;
  /** Wakes everybody: something may have been written. */
  wake(): void;
  /** Waits until there was a wake-up since the mark, the signal aborts, or the ceiling is reached. */
  wait(mark: number, signal: AbortSignal): Promise<void>;
}

/**
 * @param ceilingMs how long to wait at most: what a lost wake-up costs
 * @param onWaiting is told when somebody begins to wait and when nobody waits any more
 */
export function createWakeups(
  ceilingMs: number,
  onWaiting: (somebody: boolean) => void = () => {},
): Wakeups {
  const sleepers = new Set<() => void>();
  let count = 0;
  return {
    mark: () => count,
    wake() {
      count++;
      for (const rouse of [...sleepers]) rouse();
    },
    wait(mark, signal) {
      if (signal.aborted || mark !== count) return Promise.resolve();
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
        sleepers.add(rouse);
        if (sleepers.size === 1) onWaiting(true);
      });
    },
  };
}
