/** Sums of numbers. */

/**
 * Adds numbers; 0 if there are none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(sum([1, 2, 3]), 6);
 * ```
 */
export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
