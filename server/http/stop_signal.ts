/** Ctrl-C and its relatives: the first asks for an end in good order, the second does not wait for it. */
import { SAME_SIGNAL_MS } from "../timeouts.ts";

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Calls `stop` at the first signal. At the second the process ends, whatever it is doing.
 *
 * SIGHUP is left as it is: a server under nohup stays, another ends and leaves its worker to the next one.
 */
export function onStopSignal(stop: (signal: string) => Promise<void>): void {
  let first: number | undefined;
  for (const [signal, exitCode] of Object.entries(SIGNALS)) {
    Deno.addSignalListener(signal as keyof typeof SIGNALS, () => {
      const now = performance.now();
      if (first === undefined) {
        first = now;
        void stop(signal);
      } else if (now - first > SAME_SIGNAL_MS) {
        Deno.exit(exitCode);
      }
    });
  }
}
