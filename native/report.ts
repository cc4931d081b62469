/** Reports of a set-up: permanent lines, and one progress line. */

/** Receiver of a set-up's reports. */
export interface Report {
  /** Prints a permanent line. */
  log(line: string): void;
  /** Shows the current action until the next line. Only on a terminal. */
  progress?: ((line: string) => void) | undefined;
}

/** A phase of a set-up. */
export interface Phase {
  /** Updates the progress, in bytes or any other unit. */
  update(done: number, total: number): void;
  /** Ends the phase and prints a permanent line with its duration. */
  done(line: string): void;
}

/** Begins a phase: 'Compiling the addon'. */
export function beginPhase({ log, progress }: Report, doing: string): Phase {
  const started = performance.now();
  let shown = -1;
  (progress ?? log)(`${doing} …`);
  return {
    update(done, total) {
      const percent = Math.min(100, Math.floor(100 * done / total));
      if (percent === shown) return;
      shown = percent;
      progress?.(`${doing} … ${percent}%`);
    },
    done: (line) => log(`${line} in ${((performance.now() - started) / 1000).toFixed(1)} s`),
  };
}
