/**
 * From reports of steps to milliseconds a step. Reports come in bursts, so that time is taken from the end of a burst
 * to the end of another, at least a quarter of a second later, as long as a window of the Python peers. Between epochs
 * the test set is evaluated: no window reaches from one epoch into the next.
 */

/** A received step. */
export interface Arrival {
  /** Milliseconds on some clock. */
  readonly time: number;
  readonly epoch: number;
  /** Counted over the whole training. */
  readonly step: number;
}

/** Steps that arrive so close together came together. */
const BURST_MS = 8;

const WINDOW_MS = 250;

/**
 * Computes the milliseconds a step of each window.
 * @param arrivals in order
 * @param from end of the warm-up
 */
export function windowsOf(arrivals: readonly Arrival[], from: number): readonly number[] {
  const windows: number[] = [];
  let opened: Arrival | undefined;
  for (const end of burstEnds(arrivals)) {
    if (end.time < from) continue;
    if (opened?.epoch !== end.epoch) opened = end;
    else if (end.time - opened.time >= WINDOW_MS) {
      windows.push((end.time - opened.time) / (end.step - opened.step));
      opened = end;
    }
  }
  return windows;
}

/** The last arrival of each burst. What has come last may not be whole, and is left out. */
function burstEnds(arrivals: readonly Arrival[]): readonly Arrival[] {
  return arrivals.filter((arrival, index) => {
    const next = arrivals[index + 1];
    return next !== undefined &&
      (next.time - arrival.time > BURST_MS || next.epoch !== arrival.epoch);
  });
}
