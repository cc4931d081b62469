/**
 * Prints float32 numbers as JSON does best. A float32 widened to a double prints as 0.10000000149011612; this
 * finds the double that prints as 0.1 and is the same float32.
 */

/**
 * The double with the fewest digits that rounds to the float32 nearest to `value`; where that is of less than
 * full precision (below 1e-38), it may have a few more. -0 becomes 0.
 *
 * @example
 * ```ts
 * shortFloat32(Math.fround(0.1)); // 0.1
 * ```
 */
export function shortFloat32(value: number): number {
  const exact = Math.fround(value);
  // Six digits are always told apart by a float32, nine always tell two apart.
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(exact.toPrecision(digits));
    if (Math.fround(short) === exact) return short;
  }
  return Number.isNaN(exact) ? exact : Number(exact.toPrecision(9));
}
