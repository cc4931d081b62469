/**
 * Waiting for writes, and notification of those that wait. No data passes here: waiters read the
 * log.
 */

/** Waiters, and a count of what may have been written. */
export interface Notifier {
  /** Returns the number of notifications so far. */
  mark(): number;
  /** Wakes the waiters of these topics and those that wait for any; all of them if the topics are unknown. */
  wake(topics?: readonly string[]): void;
  /**
   * Waits until a notification has arrived since the mark, the signal aborts, or the ceiling is reached.
   *
   * @param topic defaults to any topic
   */
  wait(mark: number, signal: AbortSignal, topic?: string): Promise<void>;
}

/** A pending wait(). */
interface Sleeper {
  readonly topic: string | undefined;
  readonly since: number;
  /** The waiters of the same signal. */
  readonly bed: Set<Sleeper>;
  readonly resolve: () => void;
}

/** Number of topics whose last notification is remembered, for callers whose mark is older. */
const REMEMBERED = 10_000;

/**
 * Creates a notifier.
 * @param ceilingMs longest wait, the cost of a lost notification
 * @param onWaiting called when the first waiter comes and when the last one leaves
 */
export function createNotifier(
  ceilingMs: number,
  onWaiting: (hasWaiters: boolean) => void = () => {},
): Notifier {
  const sleepers = new Set<Sleeper>();
  /** The timer of the next waiter to reach the ceiling: one for all. */
  let looking: ReturnType<typeof setTimeout> | undefined;
  let count = 0;
  /** The count at the last notification of all topics, and at the last one of each topic since then. */
  let lastOfAll = 0;
  const lastOf = new Map<string, number>();
  const beds = new WeakMap<AbortSignal, Set<Sleeper>>();

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
      for (const sleeper of sleepers) {
        const { topic } = sleeper;
        if (!topics || topic === undefined || topics.includes(topic)) rouse(sleeper);
      }
    },
    wait(mark, signal, topic) {
      if (signal.aborted || hasMissed(mark, topic)) return Promise.resolve();
      return new Promise((resolve) => {
        const sleeper: Sleeper = { topic, since: performance.now(), bed: bedOf(signal), resolve };
        sleeper.bed.add(sleeper);
        sleepers.add(sleeper);
        looking ??= setTimeout(look, ceilingMs);
        if (sleepers.size === 1) onWaiting(true);
      });
    },
  };

  function rouse(sleeper: Sleeper): void {
    sleeper.bed.delete(sleeper);
    sleepers.delete(sleeper);
    if (sleepers.size === 0) {
      clearTimeout(looking);
      looking = undefined;
      onWaiting(false);
    }
    sleeper.resolve();
  }

  /** Waiters are in the order in which they began. */
  function look(): void {
    looking = undefined;
    const now = performance.now();
    for (const sleeper of sleepers) {
      const left = sleeper.since + ceilingMs - now;
      if (left > 0) {
        looking = setTimeout(look, left);
        return;
      }
      rouse(sleeper);
    }
  }

  /** Groups waiters by signal, each of which has one listener however often it is waited on. */
  function bedOf(signal: AbortSignal): Set<Sleeper> {
    const known = beds.get(signal);
    if (known) return known;
    const bed = new Set<Sleeper>();
    beds.set(signal, bed);
    signal.addEventListener("abort", () => bed.forEach(rouse), { once: true });
    return bed;
  }
}
