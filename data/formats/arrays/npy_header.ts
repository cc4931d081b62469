/**
 * The header of NumPy's .npy files: a magic number, a version, and a Python dictionary of type, order and shape.
 *
 * Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import type { ArrayHeader } from "./array_file.ts";
import type { ByteReader } from "./byte_reader.ts";
import { type ElementType, NUMBER_TYPES } from "./elements.ts";

/** The first bytes of a file: \x93NUMPY. */
export const NPY_MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] as const;

/** The largest length of a header. */
const MAX_HEADER_BYTES = 64 * 1024;

/** Reads the header of a file. */
export async function readNpyHeader(reader: ByteReader): Promise<ArrayHeader> {
  const magic = await reader.read(8);
  if (NPY_MAGIC.some((byte, at) => magic[at] !== byte)) {
    throw new RangeError("must begin as a .npy file does, got something else.");
  }
  const version = magic[6] ?? 0;
  const sizes = new DataView((await reader.read(version === 1 ? 2 : 4)).buffer);
  const length = version === 1 ? sizes.getUint16(0, true) : sizes.getUint32(0, true);
  if (version < 1 || version > 3 || length > MAX_HEADER_BYTES) {
    throw new RangeError(`must be of version 1 to 3 of .npy, got ${version}.`);
  }
  const text = new TextDecoder("latin1").decode(await reader.read(length));
  const descr = /'descr':\s*'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape':\s*\(([\d,\sL]*)\)/.exec(text)?.[1];
  if (descr === undefined || order === undefined || shape === undefined) {
    throw new RangeError(
      `must hold an array of numbers or texts, got ${text.trim().slice(0, 100)}.`,
    );
  }
  return {
    element: elementOf(descr),
    isColumnMajor: order === "True",
    shape: shape.match(/\d+/g)?.map(Number) ?? [],
  };
}

function elementOf(descr: string): ElementType {
  const [, order = "", code = "", size = ""] = /^([<>|=]?)([a-zA-Z])(\d*)$/.exec(descr) ?? [];
  const isLittleEndian = order !== ">";
  const type = NUMBER_TYPES.find((known) => known === code + size);
  if (type) return { kind: "number", type, isLittleEndian };
  if (code === "U" || code === "S") {
    const encoding = code === "U" ? "utf32" : "latin1";
    return { kind: "text", encoding, length: Number(size), isLittleEndian };
  }
  if (code === "O") {
    throw new RangeError(
      "must hold numbers, got pickled Python objects, which are not read as they can run programs. " +
        "Save it by numpy.save(..., allow_pickle=False).",
    );
  }
  throw new RangeError(`must hold numbers or texts, got elements of type '${descr}'.`);
}
