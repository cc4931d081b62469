/**
 * Ctrl-C and its relatives. The first asks for an end in good order, the second does not wait for it.
 */

/** How often the user has to say it, and what happens then. */
export interface Interrupts {
  /** Fires at the first; its reason is the signal. */
  readonly signal: AbortSignal;
  /** What to exit with after the first: 130 for Ctrl-C. */
  exitCode(): number | undefined;
  /** Listens no more. */
  stop(): void;
}

/** What a shell says of a program that ended by a signal. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
export type Signal = keyof typeof EXIT_CODES;

/**
 * A task runner passes on a Ctrl-C that the terminal has sent to all of its processes already: two signals
 * for one key. A person takes longer to press it again.
 */
const SAME_PRESS_MS = 300;

/** Where signals come from, and the time in milliseconds: Deno and its clock, or stand-ins. */
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

/** Listens for interrupts. `leave` is called at the second one, and must not come back. */
export function listenForInterrupts(
  leave: (exitCode: number) => void,
  source: SignalSource = PROCESS,
): Interrupts {
  const controller = new AbortController();
  let code: number | undefined;
  let pressed = -Infinity;
  const handlers = (Object.keys(EXIT_CODES) as Signal[]).map((name) => {
    const handler = () => {
      const isSamePress = source.now() - pressed < SAME_PRESS_MS;
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
