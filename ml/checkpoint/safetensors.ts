/**
 * Reads and writes the part of the safetensors format that checkpoints use: named float32 arrays and text. A file is a
 * length, a JSON header and the arrays without gaps. No byte of a file is trusted.
 *
 * @see https://github.com/huggingface/safetensors#format
 */
import { encodeHeader, METADATA_KEY as METADATA } from "../../lib/safetensors_header.ts";
import { CheckpointError } from "./error.ts";
import { elementCount } from "../graph/tensor.ts";
import type { StateArray } from "../state.ts";

/** The offset of the header, after its length of 8 bytes. */
export const HEADER_OFFSET = 8;

/** The largest header that is read; those of checkpoints have a few thousand bytes. */
export const MAX_HEADER_BYTES = 16 * 1024 * 1024;

/** The types of numbers in checkpoints, with their sizes in bytes. */
const FLOAT32: Readonly<Record<string, number>> = { F32: Float32Array.BYTES_PER_ELEMENT };

/** An array as the header describes it. */
export interface ArrayPlace {
  readonly name: string;
  readonly shape: readonly number[];
  /** The type of its numbers: 'F32'. */
  readonly dtype: string;
  /** The place of its first byte behind the header. */
  readonly begin: number;
  readonly bytes: number;
}

/** A parsed header. */
export interface Header {
  readonly metadata: ReadonlyMap<string, string>;
  /** In the order of the file, without gaps. */
  readonly arrays: readonly ArrayPlace[];
}

/**
 * Encodes arrays as the consecutive parts of a file. Arrays are ordered by name, as Python's library does: the same
 * content gives the same bytes.
 *
 * @param arrays with distinct names, and with the number of values that their shapes state
 */
export function encode(
  metadata: ReadonlyMap<string, string>,
  arrays: readonly StateArray[],
): readonly Uint8Array[] {
  const ordered = arrays.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return [encodeStart(metadata, ordered), ...ordered.map(({ values }) => bytesOf(values))];
}

/**
 * Encodes the start of a file: the length of the header and the header.
 *
 * @param arrays in the order in which their values follow, as float32
 */
export function encodeStart(
  metadata: ReadonlyMap<string, string>,
  arrays: readonly Pick<StateArray, "name" | "shape">[],
): Uint8Array {
  const entries = arrays.map(({ name, shape }) => (
    {
      name,
      dtype: "F32",
      shape,
      bytes: elementCount(shape) * Float32Array.BYTES_PER_ELEMENT,
    } as const
  ));
  return encodeHeader(metadata, entries);
}

/** Returns a view of an array's bytes. */
export function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/**
 * Reads the length of the header.
 *
 * @param start the file's first bytes
 * @param fileBytes the length of the file
 * @throws {CheckpointError} 'damaged'
 */
export function headerLength(start: Uint8Array, fileBytes: number, path: string): number {
  if (start.length < HEADER_OFFSET) {
    throw damagedError(path, `it must have ${HEADER_OFFSET} bytes or more`, start.length);
  }
  const view = new DataView(start.buffer, start.byteOffset, HEADER_OFFSET);
  const length = view.getBigUint64(0, true);
  const most = Math.min(MAX_HEADER_BYTES, fileBytes - HEADER_OFFSET);
  if (length < 2n || length > BigInt(most)) {
    throw damagedError(path, `its header must have between 2 and ${most} bytes`, length);
  }
  return Number(length);
}

/**
 * Parses a header, and verifies that it describes the rest of the file to the last byte.
 *
 * @param header the bytes of the header
 * @param dataBytes the number of bytes after the header
 * @param types the sizes of the types of numbers that may occur, in bytes
 * @throws {CheckpointError} 'damaged'
 */
export function parseHeader(
  header: Uint8Array,
  dataBytes: number,
  path: string,
  types = FLOAT32,
): Header {
  let metadata = new Map<string, string>();
  const places: ArrayPlace[] = [];
  for (const [name, entry] of Object.entries(parseObject(header, path))) {
    if (name === METADATA) metadata = parseMetadata(entry, path);
    else places.push(parsePlace(name, entry, path, types));
  }
  places.sort((a, b) => a.begin - b.begin || a.bytes - b.bytes);
  let at = 0;
  for (const { name, begin, bytes } of places) {
    if (begin !== at) {
      throw damagedError(path, `array '${show(name)}' must begin at byte ${at}`, begin);
    }
    at = begin + bytes;
  }
  if (at !== dataBytes) {
    throw damagedError(path, `there must be ${at} bytes of arrays behind its header`, dataBytes);
  }
  return { metadata, arrays: places };
}

function parseObject(header: Uint8Array, path: string): object {
  try {
    // A byte order mark is not valid JSON.
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(header);
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Reported below.
  }
  throw damagedError(path, "its header must be a JSON object", "something else");
}

function parseMetadata(entry: unknown, path: string): Map<string, string> {
  const pairs = isObject(entry) ? Object.entries(entry) : [];
  const texts = pairs.filter((pair): pair is [string, string] => typeof pair[1] === "string");
  if (!isObject(entry) || texts.length < pairs.length) {
    throw damagedError(path, "its metadata must be texts by name", "something else");
  }
  return new Map(texts);
}

function parsePlace(
  name: string,
  entry: unknown,
  path: string,
  types: Readonly<Record<string, number>>,
): ArrayPlace {
  const { dtype, shape, data_offsets: offsets }: Record<string, unknown> = isObject(entry)
    ? { ...entry }
    : {};
  const elementBytes = typeof dtype === "string" && Object.hasOwn(types, dtype)
    ? types[dtype]
    : undefined;
  if (typeof dtype !== "string" || elementBytes === undefined) {
    const allowed = Object.keys(types).join(", ");
    throw damagedError(path, `array '${show(name)}' must be of ${allowed}`, dtype);
  }
  if (!isSizes(shape)) {
    throw damagedError(path, `array '${show(name)}' must have whole numbers as its shape`, shape);
  }
  const [begin, end, ...rest] = isSizes(offsets) ? offsets : [];
  if (begin === undefined || end === undefined || rest.length > 0 || begin > end) {
    throw damagedError(path, `array '${show(name)}' must have a first and a last byte`, offsets);
  }
  const bytes = elementCount(shape) * elementBytes;
  if (end - begin !== bytes) {
    throw damagedError(path, `array '${show(name)}' must have ${bytes} bytes`, end - begin);
  }
  return { name, shape, dtype, begin, bytes };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) &&
    value.every((size) => typeof size === "number" && Number.isSafeInteger(size) && size >= 0);
}

/** Makes the error of a checkpoint that differs from what was written. */
export function damagedError(path: string, rule: string, got: unknown): CheckpointError {
  return new CheckpointError(
    "damaged",
    `Cannot read checkpoint ${path}: ${rule}, got ${show(got)}.`,
  );
}

/** Formats a value from a file as a short line of printable characters. */
export function show(value: unknown): string {
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  const short = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return short.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "?");
}
