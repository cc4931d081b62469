/** Measures like the clock of the Python peers (peers/measure.py): so many seconds of steps, not of evaluations. */
import type { Effort } from "./sample.ts";
import { type Arrival, windowsOf } from "./windows.ts";

/** A clock that notes every reported step, and says when enough was measured. */
export class StepClock {
  readonly #effort: Effort;
  readonly #arrivals: Arrival[] = [];
  #from = Infinity;
  #milliseconds = 0;

  constructor(effort: Effort) {
    this.#effort = effort;
  }

  /** Notes that a step was reported. The warm-up begins with the first. */
  note(arrival: Arrival): void {
    const last = this.#arrivals.at(-1);
    if (last === undefined) this.#from = arrival.time + 1000 * this.#effort.warmUp;
    else if (last.epoch === arrival.epoch && last.time >= this.#from) {
      this.#milliseconds += arrival.time - last.time;
    }
    this.#arrivals.push(arrival);
  }

  /** True if steps were measured for as long as was asked, in at least one window. */
  get isEnough(): boolean {
    return this.#milliseconds >= 1000 * this.#effort.seconds && this.windows.length > 0;
  }

  /** Milliseconds a step of each window after the warm-up. */
  get windows(): readonly number[] {
    return windowsOf(this.#arrivals, this.#from);
  }
}
