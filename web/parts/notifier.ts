/// <reference lib="dom" />
/** Something that happens now and then, for one who waits for it and does other things in between. */

export interface Notifier {
  /** It has happened. */
  ring(): void;
  /** Resolves when it has happened since the last time that this resolved, when so much time has passed, or when the signal aborts. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}

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
