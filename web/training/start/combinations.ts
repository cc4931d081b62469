/** Settings that were given several values: a training for each combination of them. */
import { MAX_COMPARED } from "../../../pictures/comparison_option.ts";
import { NUMBER_FIELDS, type NumberField, SPEC_FIELDS } from "../../../ml/spec/fields.ts";

/** The most trainings that are started together: their comparison shows no more. */
export const MAX_COMBINATIONS = MAX_COMPARED;

/** The values of number fields. */
export type FieldValues = Readonly<Partial<Record<NumberField, readonly number[]>>>;

/** One value of each field. */
export interface Combination {
  readonly numbers: Readonly<Partial<Record<NumberField, number>>>;
  /** Differences from the others: 'learning rate 0.01, batch size 32'; empty if there is one alone. */
  readonly text: string;
}

/**
 * Reads numbers that are separated by blanks, or by commas and blanks: 0,01 is not a list.
 *
 * @returns undefined if one is no number
 */
export function readNumbers(text: string): readonly number[] | undefined {
  const numbers = text.trim().split(/\s*;\s*|,?\s+/).map(Number);
  return numbers.every(Number.isFinite) ? [...new Set(numbers)] : undefined;
}

/** Combines values; the first field changes slowest. */
export function combine(values: FieldValues): readonly Combination[] {
  return NUMBER_FIELDS.reduce<readonly Combination[]>((combined, field) => {
    const numbers = values[field] ?? [];
    if (numbers.length === 0) return combined;
    return combined.flatMap((before) =>
      numbers.map((number) => ({
        numbers: { ...before.numbers, [field]: number },
        text: numbers.length === 1
          ? before.text
          : [before.text, `${SPEC_FIELDS[field].label.toLowerCase()} ${number}`]
            .filter((part) => part !== "").join(", "),
      }))
    );
  }, [{ numbers: {}, text: "" }]);
}
