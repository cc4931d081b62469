/** Settings that were given several values: a training for each combination of them. */
import { NUMBER_FIELDS, type NumberField, SPEC_FIELDS } from "./fields.ts";

/** The values of number fields: numbers, or texts that are to be read as such. */
export type GridValues<Value> = Readonly<Partial<Record<NumberField, readonly Value[]>>>;

/** One value of each field. */
export interface GridPoint<Value> {
  readonly values: Readonly<Partial<Record<NumberField, Value>>>;
  /** Differences from the others: 'learning rate 0.01, batch size 32'; empty if there is one alone. */
  readonly text: string;
}

/** Words a setting for a name: 'learning rate 0.01'. */
export function settingText(field: NumberField, value: number | string): string {
  return `${SPEC_FIELDS[field].label.toLowerCase()} ${value}`;
}

/** Combines values; the first field changes slowest. */
export function expandGrid<Value extends number | string>(
  valuesOf: GridValues<Value>,
): readonly GridPoint<Value>[] {
  return NUMBER_FIELDS.reduce<readonly GridPoint<Value>[]>((combined, field) => {
    const values = valuesOf[field] ?? [];
    if (values.length === 0) return combined;
    return combined.flatMap((before) =>
      values.map((value) => ({
        values: { ...before.values, [field]: value },
        text: values.length === 1
          ? before.text
          : [before.text, settingText(field, value)].filter((part) => part !== "").join(", "),
      }))
    );
  }, [{ values: {}, text: "" }]);
}
