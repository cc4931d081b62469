/**
 * Draws of indices in proportion to weights, for all weights that float64 has: none is too small or too large beside
 * the others to be drawn as often as it should be.
 */
import type { RandomStream } from "../random.ts";

/** Draws some indices. */
export type Draw = (wanted: number, stream: RandomStream) => readonly number[];

/**
 * Returns draws with replacement, by Walker's alias method: each index shares a column of equal probability with one
 * other. No sums are compared, in which a small weight beside a large one is lost.
 *
 * @param weights finite, at least 0, one of them above 0
 */
export function drawWithReplacement(weights: Float64Array): Draw {
  const { length } = weights;
  // Scaled, so that the sum is finite and the smallest weights keep their bits.
  const largest = weights.reduce((one, other) => Math.max(one, other));
  const heaviest = weights.indexOf(largest);
  const mean = weights.reduce((sum, weight) => sum + weight / largest, 0) / length;
  const own = weights.map((weight) => weight / largest / mean);
  const alias = new Uint32Array(length).fill(heaviest);
  // Columns that are not full grow from the left, those that overflow from the right.
  const columns = new Uint32Array(length);
  let light = 0;
  let heavy = length;
  own.forEach((share, index) => columns[share < 1 ? light++ : --heavy] = index);
  // Rounding may leave a column without a partner, which is then the heaviest.
  while (light > 0 && heavy < length) {
    const filled = columns[--light] ?? 0;
    const giver = columns[heavy] ?? 0;
    alias[filled] = giver;
    const rest = (own[giver] ?? 0) - (1 - (own[filled] ?? 0));
    own[giver] = rest;
    if (rest >= 1) continue;
    heavy++;
    columns[light++] = giver;
  }
  return (wanted, stream) =>
    Array.from({ length: wanted }, () => {
      const column = stream.int(0, length - 1);
      return uniform53(stream) < (own[column] ?? 0) ? column : alias[column] ?? 0;
    });
}

/**
 * Returns draws without replacement, by Efraimidis and Spirakis (2006), with Gumbel's keys: the smallest
 * log(-log(u)) - log(weight) first.
 *
 * @param weights finite, at least 0
 */
export function drawWithoutReplacement(weights: Float64Array): Draw {
  const drawable = Array.from(weights.keys()).filter((index) => (weights[index] ?? 0) > 0);
  return (wanted, stream) => {
    const keys = new Map(drawable.map((index) => {
      const exponential = -Math.log1p(-uniform53(stream));
      return [index, Math.log(exponential) - Math.log(weights[index] ?? 0)];
    }));
    const key = (index: number) => keys.get(index) ?? 0;
    return drawable.toSorted((one, other) => compare(key(one), key(other)) || one - other)
      .slice(0, wanted);
  };
}

/** Draws a number in [0, 1) of 53 random bits: a float64 has no more. */
function uniform53(stream: RandomStream): number {
  return stream.int(0, 2 ** 53 - 1) / 2 ** 53;
}

/** Difference without the NaN of -Infinity - -Infinity. */
function compare(one: number, other: number): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
