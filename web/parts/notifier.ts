/// <reference lib="dom" />
/** A notification for one waiter, who may be busy when it comes. */

export interface Notifier {
  /** Notifies. */
  ring(): void;
  /**
   * Resolves when notified since the last time that it resolved, after the time, or when the signal aborts.
   */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** Creates a notifier. A notification that nobody waits for ends the next wait at once. */
export function createNotifier(): Notifier {
  let rung = false;
  let wake = () => {};
  return {
    ring() {
      rung = true;
      wake();
    },
    wait(milliseconds, signal) {
      return new Promise((resolve) => {
        const timer = setTimeout(done, milliseconds);
        signal.addEventListener("abort", done, { once: true });
        wake = done;
        if (rung) done();
        function done() {
          clearTimeout(timer);
          signal.removeEventListener("abort", done);
          wake = () => {};
          rung = false;
          resolve();
        }
      });
    },
  };
}
