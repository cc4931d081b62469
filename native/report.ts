/** How a set-up says what it does: lines that stay, and one line that moves while something takes long. */

/** Where a set-up speaks to. */
export interface Report {
  /** A line that stays. */
  log(line: string): void;
  /** What is being done right now, replaced by the next line of either kind. Only where somebody watches it move. */
  progress?: ((line: string) => void) | undefined;
}

/** Something that takes its time. */
export interface Phase {
  /** How far it is, in bytes or whatever. */
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
