/** Fields of the form that take several values: a training for each combination of them. */
import { MAX_COMPARED } from "../../../pictures/comparison_option.ts";

/** The most trainings that are started together: their comparison shows no more. */
export const MAX_TRAININGS = MAX_COMPARED;

/**
 * Reads numbers that are separated by blanks, or by commas and blanks: 0,01 is not a list.
 *
 * @returns undefined if one is no number
 */
export function readNumbers(text: string): readonly number[] | undefined {
  const numbers = text.trim().split(/\s*;\s*|,?\s+/).map(Number);
  return numbers.every(Number.isFinite) ? [...new Set(numbers)] : undefined;
}
