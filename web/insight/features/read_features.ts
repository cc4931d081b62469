/** Features as visitors write them. */

/**
 * Reads the fields of a sample.
 *
 * @returns undefined while one of them holds no number
 */
export function readFeatures(texts: readonly string[]): readonly number[] | undefined {
  const numbers = texts.map((text) => text.trim() === "" ? NaN : Number(text));
  return numbers.every(Number.isFinite) ? numbers : undefined;
}

/** Splits a row of a table, separated by commas, semicolons or blanks, into its fields. */
export function splitRow(row: string): readonly string[] {
  return row.split(/[\s,;]+/).filter((text) => text !== "");
}

/** The means of features in their own units: the API has them as those of pixels, divided by 255. */
export function meanFeatures(means: readonly number[]): readonly string[] {
  return means.map((mean) => String(Number((mean * 255).toPrecision(4))));
}
