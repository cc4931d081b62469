/**
 * The IDX format of MNIST and its relatives: two zero bytes, the type of the values, the number of dimensions,
 * each dimension as a big-endian 32-bit number, then the values. Plain or compressed by gzip.
 *
 * Format: https://yann.lecun.org/exdb/mnist/index.html
 */
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { DatasetError } from "../errors.ts";
import { errorMessage } from "../../lib/error_message.ts";

/** An array of unsigned bytes. */
export interface IdxArray {
  /** [count] for labels, [count, height, width] for images. */
  readonly shape: readonly number[];
  /** Row-major; shares the memory of the parsed bytes. */
  readonly values: Uint8Array;
}

const UNSIGNED_BYTE = 0x08;
const TYPE_NAMES: { readonly [type: number]: string } = {
  0x09: "signed bytes",
  0x0b: "16-bit integers",
  0x0c: "32-bit integers",
  0x0d: "32-bit floats",
  0x0e: "64-bit floats",
};
const inflate = promisify(gunzip);

/**
 * Reads an IDX array of unsigned bytes.
 *
 * @param name name of the file, for errors
 * @throws {DatasetError} 'not-idx', 'truncated' or 'too-long'
 *
 * @example
 * ```ts
 * parseIdx(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 7, 9), "labels"); // { shape: [2], values: [7, 9] }
 * ```
 */
export function parseIdx(bytes: Uint8Array, name: string): IdxArray {
  const [first = -1, second = -1, type = -1, rank = -1] = bytes;
  if (rank < 0) throw cut(name, "an IDX header", 4, bytes.length);
  if (first !== 0 || second !== 0) {
    const start = Array.from(bytes.subarray(0, 4), hex).join(" ");
    throw new DatasetError(
      "not-idx",
      `Cannot read ${name}: an IDX file must start with the bytes 00 00 08, got ${start}.`,
    );
  }
  if (type !== UNSIGNED_BYTE || rank === 0) {
    const found = type === UNSIGNED_BYTE
      ? "no dimensions"
      : `${TYPE_NAMES[type] ?? "an unknown type"} (type ${hex(type)})`;
    throw new DatasetError(
      "not-idx",
      `Cannot read ${name}: its IDX header must announce unsigned bytes (type 08) in at least one ` +
        `dimension, got ${found}.`,
    );
  }
  const header = 4 + 4 * rank;
  if (bytes.length < header) throw cut(name, "its IDX header", header, bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, header);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const size = header + shape.reduce((product, length) => product * length, 1);
  if (bytes.length < size) throw cut(name, `an array of ${shape.join(" x ")}`, size, bytes.length);
  if (bytes.length > size) {
    throw new DatasetError(
      "too-long",
      `Cannot read ${name}: an array of ${shape.join(" x ")} must end after ${
        number(size)
      } bytes, ` +
        `got ${number(bytes.length)}.`,
    );
  }
  return { shape, values: bytes.subarray(header) };
}

/** Returns true if the bytes begin with gzip's magic number. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Unpacks a gzip stream.
 *
 * @param limit maximum number of unpacked bytes, so that no stream can fill the memory
 * @throws {DatasetError} 'damaged-gzip' or 'too-long'
 */
export async function unpackGzip(
  bytes: Uint8Array,
  limit: number,
  name: string,
): Promise<Uint8Array> {
  try {
    const { buffer, byteOffset, byteLength } = await inflate(bytes, { maxOutputLength: limit });
    return new Uint8Array(buffer, byteOffset, byteLength);
  } catch (error) {
    if (error instanceof RangeError) {
      throw new DatasetError(
        "too-long",
        `Cannot read ${name}: unpacked it must hold at most ${number(limit)} bytes, got more.`,
        { cause: error },
      );
    }
    throw new DatasetError(
      "damaged-gzip",
      `Cannot read ${name}: it must be a whole gzip stream, got a damaged one ` +
        `(${errorMessage(error)}).`,
      { cause: error },
    );
  }
}

function cut(name: string, what: string, size: number, length: number): DatasetError {
  return new DatasetError(
    "truncated",
    `Cannot read ${name}: ${what} must hold ${number(size)} bytes, got ${number(length)}.`,
  );
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}
