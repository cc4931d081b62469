/**
 * Tells a trainer that hangs from one that is slow. It gives a sign of life whenever its event loop turns, which is
 * between two calls of the engine; so that a call which never ends is seen, and one that takes long must be told from
 * it by how long the others took.
 */
import { type HangTimeouts, WATCHDOG_TICK_MS } from "../timeouts.ts";

/** Counts the silence of somebody. */
export interface Watchdog {
  /** Somebody listens from now on. Who does not listen hears nothing, which is not the other's silence. */
  listen(): void;
  /** Something was heard; nobody listens for a moment. `isUnderWay`: the first step is done. */
  heard(isUnderWay: boolean): void;
  /** Counts no more. */
  end(): void;
}

/**
 * Counts in ticks that this process sees, so that the time in which it was frozen or the machine asleep is not taken
 * for the other's.
 *
 * @param onHang is called once, with the seconds of silence
 */
export function createWatchdog(
  patience: HangTimeouts,
  onHang: (seconds: number) => void,
): Watchdog {
  let isUnderWay = false;
  let isListening = false;
  let longest = 0;
  let silent = 0;
  const ticking = setInterval(() => {
    if (!isListening) return;
    silent += WATCHDOG_TICK_MS / 1000;
    const limit = isUnderWay ? Math.max(patience.least, patience.times * longest) : patience.start;
    if (silent <= limit) return;
    clearInterval(ticking);
    onHang(silent);
  }, WATCHDOG_TICK_MS);
  return {
    listen() {
      isListening = true;
    },
    heard(underWay) {
      isListening = false;
      longest = Math.max(longest, silent);
      silent = 0;
      isUnderWay ||= underWay;
    },
    end: () => clearInterval(ticking),
  };
}
