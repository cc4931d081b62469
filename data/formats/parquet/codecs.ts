/** The codecs of Parquet's pages. */
import type { Compressors } from "hyparquet";
import { compressors } from "hyparquet-compressors";

/**
 * Codecs by their names; a page without bytes needs none: hyparquet-compressors 1.1.2 takes an empty LZ4 block for
 * damage.
 */
export const CODECS: Compressors = Object.fromEntries(
  Object.entries(compressors).map(([name, decompress]) => [
    name,
    (input: Uint8Array, length: number) =>
      length === 0 ? new Uint8Array() : decompress(input, length),
  ]),
);
