/** Reproducible random numbers, by seed and purpose. */
import { randomStream } from "../../data/random.ts";

/** A stream of random numbers. */
export interface Dice {
  /** Draws a whole number in [low, high]. */
  int(low: number, high: number): number;
  pick<T>(items: readonly T[]): T;
}

/** @param place numbers that name the purpose, such as the round */
export function dice(seed: number, ...place: readonly number[]): Dice {
  const stream = randomStream(seed, "sampler", ...place);
  return {
    int: (low, high) => stream.int(low, high),
    pick(items) {
      const [first] = items;
      if (first === undefined) throw new RangeError("Cannot pick: there must be something.");
      return items[stream.int(0, items.length - 1)] ?? first;
    },
  };
}
