/** Stop signals: the first one stops gracefully, the second one at once. */
import { SAME_SIGNAL_MS } from "../timeouts.ts";

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Calls `stop` at the first signal, and ends the process at the second.
 *
 * SIGHUP keeps its default: a server under nohup survives it, another one ends and leaves its worker to the next.
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
