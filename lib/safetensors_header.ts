/**
 * Writes headers of safetensors files: a length, JSON that describes the arrays, and spaces up to a multiple of eight
 * bytes.
 *
 * @see https://github.com/huggingface/safetensors#format
 */

/** An array of a file. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: "F32" | "I64" | "I32" | "U8";
  readonly shape: readonly number[];
  readonly bytes: number;
}

/** The header's key that is not the name of an array. */
export const METADATA_KEY = "__metadata__";

/** The number of bytes of the header's length. */
const LENGTH_BYTES = 8;

/**
 * Encodes the header of a file.
 *
 * @param entries in the order in which their bytes follow, without gaps
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const entries = [{ name: "a", dtype: "F32", shape: [2], bytes: 8 }] as const;
 * assertEquals(encodeHeader(new Map(), entries).length % 8, 0);
 * ```
 */
export function encodeHeader(
  metadata: ReadonlyMap<string, string>,
  entries: readonly TensorEntry[],
): Uint8Array {
  let at = 0;
  const described = entries.map(({ name, dtype, shape, bytes }) => {
    const begin = at;
    at += bytes;
    return [name, { dtype, shape, data_offsets: [begin, at] }] as const;
  });
  const json = new TextEncoder().encode(
    JSON.stringify(
      Object.fromEntries([[METADATA_KEY, Object.fromEntries(metadata)], ...described]),
    ),
  );
  const padded = Math.ceil(json.length / 8) * 8;
  const header = new Uint8Array(LENGTH_BYTES + padded).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(padded), true);
  header.set(json, LENGTH_BYTES);
  return header;
}
