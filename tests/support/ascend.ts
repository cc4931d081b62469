/** The order of timeouts. */
import { assert } from "@std/assert";

/** Checks that each number is smaller than the next. */
export function ascend(...numbers: readonly number[]): void {
  numbers.forEach((number, index) => assert(index === 0 || (numbers[index - 1] ?? NaN) < number));
}
