/** The numbers of a row: those of columns of numbers and of lists, as vectors are stored, one after the other. */

/** Rows that decide how long the lists of a column are. */
export const SAMPLED_ROWS = 100;

type Row = Readonly<Record<string, unknown>>;

/** The number of values that a column adds to a sample. */
export interface Width {
  readonly column: string;
  readonly count: number;
  readonly isList: boolean;
}

/** Finds the widths of columns: a list is as long as most of the first rows' are. */
export function widthsOf(
  columns: readonly string[],
  lists: readonly string[],
  rows: readonly Row[],
): readonly Width[] {
  return columns.map((column) => {
    if (!lists.includes(column)) return { column, count: 1, isList: false };
    const lengths = rows.map((row) => numbersIn(row[column]).length).filter((count) => count > 0);
    const byLength = Map.groupBy(lengths, (length) => length);
    const [[count] = [0]] = [...byLength].toSorted(([, a], [, b]) => b.length - a.length);
    return { column, count, isList: true };
  });
}

/**
 * Reads the numbers of a row.
 *
 * @returns the reason in place of them, which completes 'Cannot use it: …'
 */
export function readNumbers(row: Row, widths: readonly Width[]): Float32Array | string {
  const features: number[] = [];
  for (const { column, count, isList } of widths) {
    const values = isList ? numbersIn(row[column]) : [row[column]];
    if (values.length !== count) {
      return `its list in column ${column} must have ${count} numbers, got ${values.length}.`;
    }
    for (const value of values) {
      if (typeof value !== "number" && typeof value !== "bigint" && typeof value !== "boolean") {
        return `its value in column ${column} must be a number, got ${value ?? "none"}.`;
      }
      features.push(Number(value));
    }
  }
  const numbers = Float32Array.from(features);
  return numbers.every(Number.isFinite) ? numbers : "its values must be finite numbers.";
}

/** Returns the values of a list, of one of lists too. */
function numbersIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.flat(Infinity) : [];
}
