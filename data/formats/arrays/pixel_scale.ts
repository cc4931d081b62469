/** The scale that brings an array's values to bytes: pixels may be fractions, bytes or 16-bit numbers. */
import type { Archive } from "../../archives/archive.ts";
import { ImportError } from "../../imported/error.ts";
import { type ArrayFile, readArrayRows } from "./array_file.ts";

/**
 * Finds the factor from an array's values to 0..255. Floats from 0 to 1 are fractions of 255, numbers above 255 are of
 * 16 bits.
 *
 * @param arrays those of all parts: they have one scale
 * @throws {ImportError} if the values are no pixels
 */
export async function pixelScale(
  archive: Archive,
  arrays: readonly ArrayFile[],
): Promise<number> {
  const types = arrays.map(({ element }) => element.kind === "number" ? element.type : "u1");
  if (types.every((type) => type === "u1")) return 1;
  if (types.every((type) => type === "b1")) return 255;
  let [least, most] = [Infinity, -Infinity];
  for (const array of arrays) {
    let row = 0;
    for await (const values of readArrayRows(archive, array)) {
      for (const value of values) {
        if (!Number.isFinite(value)) throw notPixels(array, `${value} in row ${row}`);
        if (value < least) least = value;
        if (value > most) most = value;
      }
      row++;
    }
  }
  const [first] = arrays;
  if (!first) return 1;
  const isFloat = types.some((type) => type.startsWith("f"));
  if (least < 0 || most > 65_535 || isFloat && most > 255) {
    throw notPixels(first, `values from ${least} to ${most}`);
  }
  if (isFloat && most <= 1) return 255;
  return most > 255 ? 1 / 257 : 1;
}

function notPixels({ file }: ArrayFile, got: string): ImportError {
  return new ImportError(
    `Cannot import ${file.path}: its pixels must be whole numbers from 0 to 255 or 65535, or floats from 0 to 1 or 255, ` +
      `got ${got}.`,
  );
}
