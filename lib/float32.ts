/**
 * Short decimal forms of float32 numbers. A float32 widened to a double prints as 0.10000000149011612; the double 0.1
 * rounds to the same float32.
 */

/** The smallest positive float32 with all its digits. Processors may take smaller ones for 0. */
export const MIN_FLOAT32 = 2 ** -126;

/** Returns whether a number is 0, or a float32 can hold it: others would become 0 or infinite. */
export function isInFloat32(value: number): boolean {
  return value === 0 || (Math.abs(value) >= MIN_FLOAT32 && Number.isFinite(Math.fround(value)));
}

/**
 * Finds the double with the fewest digits that rounds to the float32 nearest to `value`. Subnormal numbers (below
 * 1e-38) may get a few digits more. -0 becomes 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(shortFloat32(Math.fround(0.1)), 0.1);
 * ```
 */
export function shortFloat32(value: number): number {
  const exact = Math.fround(value);
  // A float32 always distinguishes numbers of six digits; nine digits always distinguish two float32 numbers.
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(exact.toPrecision(digits));
    if (Math.fround(short) === exact) return short;
  }
  return Number.isNaN(exact) ? exact : Number(exact.toPrecision(9));
}
