/**
 * The header of IDX files: two zero bytes, the type, the number of dimensions, and each of them as a big-endian number.
 */
import type { ArrayHeader } from "./array_file.ts";
import type { ByteReader } from "./byte_reader.ts";
import type { NumberType } from "./elements.ts";

const TYPES: ReadonlyMap<number, NumberType> = new Map([
  [0x08, "u1"],
  [0x09, "i1"],
  [0x0b, "i2"],
  [0x0c, "i4"],
  [0x0d, "f4"],
  [0x0e, "f8"],
]);

/** The largest number of dimensions. */
const MAX_RANK = 4;

/** Returns true if bytes begin as an IDX file does. */
export function isIdx(bytes: Uint8Array): boolean {
  const [first, second, type = 0, rank = 0] = bytes;
  return first === 0 && second === 0 && TYPES.has(type) && rank >= 1 && rank <= MAX_RANK;
}

/** Reads the header of a file. */
export async function readIdxHeader(reader: ByteReader): Promise<ArrayHeader> {
  const magic = await reader.read(4);
  const [, , code = 0, rank = 0] = magic;
  const type = TYPES.get(code);
  if (!isIdx(magic) || !type) {
    throw new RangeError("must begin as an IDX file does, got something else.");
  }
  const sizes = new DataView((await reader.read(4 * rank)).buffer);
  return {
    element: { kind: "number", type, isLittleEndian: false },
    shape: Array.from({ length: rank }, (_, axis) => sizes.getUint32(4 * axis)),
    isColumnMajor: false,
  };
}
