/** Chance that can be repeated: the same seed and place give the same throws. */
import { randomStream } from "../../data/random.ts";

/** Throws dice. */
export interface Dice {
  /** A whole number in [low, high], both included. */
  int(low: number, high: number): number;
  pick<T>(items: readonly T[]): T;
}

/** @param place numbers that name what the dice are for: of a round, for one */
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
