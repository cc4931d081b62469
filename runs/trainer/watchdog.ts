/**
 * Distinguishes a trainer that hangs from a slow one. A trainer sends `alive` between two calls of the engine, and a
 * call may be slow, so the limit grows with the longest silence so far.
 */
import { type HangTimeouts, WATCHDOG_TICK_MS } from "../timeouts.ts";

/** Measures the silence of a trainer. */
export interface Watchdog {
  /** Starts to count: the worker waits for a reply. Time in which it does not read is not counted. */
  arm(): void;
  /** Resets the count and stops counting. `isUnderWay`: the first step is done. */
  reset(isUnderWay: boolean): void;
  /** Ends the watchdog. */
  end(): void;
}

/**
 * Creates a watchdog. It counts ticks of this process, so that time in which the process was frozen or the machine
 * asleep does not count.
 *
 * @param onHang called once, with the seconds of silence
 */
export function createWatchdog(
  timeouts: HangTimeouts,
  onHang: (seconds: number) => void,
): Watchdog {
  let isUnderWay = false;
  let isListening = false;
  let longest = 0;
  let silent = 0;
  const ticking = setInterval(() => {
    if (!isListening) return;
    silent += WATCHDOG_TICK_MS / 1000;
    const limit = isUnderWay ? Math.max(timeouts.least, timeouts.times * longest) : timeouts.start;
    if (silent <= limit) return;
    clearInterval(ticking);
    onHang(silent);
  }, WATCHDOG_TICK_MS);
  return {
    arm() {
      isListening = true;
    },
    reset(underWay) {
      isListening = false;
      longest = Math.max(longest, silent);
      silent = 0;
      isUnderWay ||= underWay;
    },
    end: () => clearInterval(ticking),
  };
}
