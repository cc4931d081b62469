/** Signals such as Ctrl-C. The first requests a graceful end, the second quits at once. */
import { SAME_SIGNAL_MS } from "../../server/timeouts.ts";

/** Signals received by the process. */
export interface Interrupts {
  /** Aborts at the first signal, with its name as the reason. */
  readonly signal: AbortSignal;
  /** Returns the exit code after the first signal: 130 for Ctrl-C. */
  exitCode(): number | undefined;
  /** Stops listening. */
  stop(): void;
}

/** Exit codes of shells for programs ended by a signal. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
export type Signal = keyof typeof EXIT_CODES;

/** The source of signals and of the time in milliseconds: Deno and its clock, or fakes. */
export interface SignalSource {
  addSignalListener(signal: Signal, handler: () => void): void;
  removeSignalListener(signal: Signal, handler: () => void): void;
  now(): number;
}

const PROCESS: SignalSource = {
  addSignalListener: Deno.addSignalListener,
  removeSignalListener: Deno.removeSignalListener,
  now: () => performance.now(),
};

/** Listens for signals. `leave` is called at the second one and must not return. */
export function listenForInterrupts(
  leave: (exitCode: number) => void,
  source: SignalSource = PROCESS,
): Interrupts {
  const controller = new AbortController();
  let code: number | undefined;
  let pressed = -Infinity;
  const handlers = (Object.keys(EXIT_CODES) as Signal[]).map((name) => {
    const handler = () => {
      const isSamePress = source.now() - pressed < SAME_SIGNAL_MS;
      pressed = source.now();
      if (isSamePress) return;
      if (code !== undefined) return leave(code);
      code = EXIT_CODES[name];
      controller.abort(name);
    };
    source.addSignalListener(name, handler);
    return { name, handler };
  });
  return {
    signal: controller.signal,
    exitCode: () => code,
    stop: () => {
      for (const { name, handler } of handlers) source.removeSignalListener(name, handler);
    },
  };
}
