/** Reports of a set-up: permanent lines, and one progress line. */

/** Receiver of a set-up's reports. */
export interface Report {
  /** A line that stays. */
  log(line: string): void;
  /** Shows the current action, until the next line of either kind. Only on a terminal. */
  progress?: ((line: string) => void) | undefined;
}

/** Something that takes its time. */
export interface Phase {
  /** Updates the progress, in bytes or any other unit. */
  update(done: number, total: number): void;
  /** Ends it with a line in its place. The time that it took is added. */
  done(line: string): void;
}

/** Says that something begins: 'Compiling the addon'. */
export function beginPhase({ log, progress }: Report, doing: string): Phase {
  const started = performance.now();
  let shown = -1;
  (progress ?? log)(`${doing} …`);
  return {
    update(done, total) {
      const percent = Math.min(100, Math.floor(100 * done / total));
      if (percent === shown) return;
      shown = percent;
      progress?.(`${doing} … ${percent} %`);
    },
    done: (line) => log(`${line} in ${((performance.now() - started) / 1000).toFixed(1)} s`),
  };
}
