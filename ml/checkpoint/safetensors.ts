/**
 * The safetensors format, as far as checkpoints need it: named float32 arrays and some text, which Python opens with
 * `safetensors`. A length, a JSON header, then the arrays without a gap; nothing in it is ever executed. What comes from
 * a file is taken for anything until it is proved. It knows no networks and no trainings.
 *
 * @see https://github.com/huggingface/safetensors#format
 */
import { CheckpointError } from "./error.ts";
import { elementCount } from "../graph/tensor.ts";
import type { StateArray } from "../state.ts";

/** Where the header begins: behind its length, 8 bytes. */
export const HEADER_AT = 8;

/** Longer headers are not read: ours have a few thousand bytes. */
export const LONGEST_HEADER = 16 * 1024 * 1024;

const ELEMENT_BYTES = Float32Array.BYTES_PER_ELEMENT;

/** The header key that is no array. */
const METADATA = "__metadata__";

/** An array's place among the bytes behind the header. */
export interface ArrayPlace {
  readonly name: string;
  readonly shape: readonly number[];
  readonly bytes: number;
}

/** What a header tells. */
export interface Header {
  readonly metadata: ReadonlyMap<string, string>;
  /** In the order of the file, each right behind the one before it. */
  readonly arrays: readonly ArrayPlace[];
}

/**
 * A file of arrays, as its consecutive parts. Arrays are in the order of their names, as Python's library writes
 * them: the same content is the same bytes.
 *
 * @param arrays with names of their own, and as many values as their shapes say
 */
export function encode(
  metadata: ReadonlyMap<string, string>,
  arrays: readonly StateArray[],
): readonly Uint8Array[] {
  const ordered = arrays.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  let at = 0;
  const entries = ordered.map(({ name, shape, values }) => {
    const begin = at;
    at += values.byteLength;
    return [name, { dtype: "F32", shape, data_offsets: [begin, at] }] as const;
  });
  const header = new TextEncoder().encode(
    JSON.stringify(Object.fromEntries([[METADATA, Object.fromEntries(metadata)], ...entries])),
  );
  const padded = new Uint8Array(Math.ceil(header.length / 8) * 8).fill(0x20);
  padded.set(header);
  const length = new Uint8Array(HEADER_AT);
  new DataView(length.buffer).setBigUint64(0, BigInt(padded.length), true);
  return [length, padded, ...ordered.map(({ values }) => bytesOf(values))];
}

/** An array's bytes in place. */
export function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/**
 * The length of the header.
 *
 * @param start the file's first bytes
 * @param fileBytes the length of the file
 * @throws {CheckpointError} 'damaged'
 */
export function headerLength(start: Uint8Array, fileBytes: number, path: string): number {
  if (start.length < HEADER_AT) {
    throw damaged(path, `it must have ${HEADER_AT} bytes or more`, start.length);
  }
  const view = new DataView(start.buffer, start.byteOffset, HEADER_AT);
  const length = view.getBigUint64(0, true);
  const most = Math.min(LONGEST_HEADER, fileBytes - HEADER_AT);
  if (length < 2n || length > BigInt(most)) {
    throw damaged(path, `its header must have between 2 and ${most} bytes`, length);
  }
  return Number(length);
}

/**
 * Reads a header and proves that it describes the rest of the file to the last byte.
 *
 * @param header its bytes
 * @param dataBytes how many bytes there are behind it
 * @throws {CheckpointError} 'damaged'
 */
export function parseHeader(header: Uint8Array, dataBytes: number, path: string): Header {
  let metadata = new Map<string, string>();
  const places: (ArrayPlace & { readonly begin: number; readonly end: number })[] = [];
  for (const [name, entry] of Object.entries(parseObject(header, path))) {
    if (name === METADATA) metadata = parseMetadata(entry, path);
    else places.push(parsePlace(name, entry, path));
  }
  places.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let at = 0;
  for (const { name, begin, end } of places) {
    if (begin !== at) throw damaged(path, `array '${show(name)}' must begin at byte ${at}`, begin);
    at = end;
  }
  if (at !== dataBytes) {
    throw damaged(path, `there must be ${at} bytes of arrays behind its header`, dataBytes);
  }
  return { metadata, arrays: places.map(({ name, shape, bytes }) => ({ name, shape, bytes })) };
}

function parseObject(header: Uint8Array, path: string): object {
  try {
    // A byte order mark is no JSON either.
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(header);
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Said below.
  }
  throw damaged(path, "its header must be a JSON object", "something else");
}

function parseMetadata(entry: unknown, path: string): Map<string, string> {
  const pairs = isObject(entry) ? Object.entries(entry) : [];
  const texts = pairs.filter((pair): pair is [string, string] => typeof pair[1] === "string");
  if (!isObject(entry) || texts.length < pairs.length) {
    throw damaged(path, "its metadata must be texts by name", "something else");
  }
  return new Map(texts);
}

function parsePlace(
  name: string,
  entry: unknown,
  path: string,
): ArrayPlace & { readonly begin: number; readonly end: number } {
  const { dtype, shape, data_offsets: offsets }: Record<string, unknown> = isObject(entry)
    ? { ...entry }
    : {};
  if (dtype !== "F32") throw damaged(path, `array '${show(name)}' must be of F32`, dtype);
  if (!isSizes(shape)) {
    throw damaged(path, `array '${show(name)}' must have whole numbers as its shape`, shape);
  }
  const [begin, end, ...rest] = isSizes(offsets) ? offsets : [];
  if (begin === undefined || end === undefined || rest.length > 0 || begin > end) {
    throw damaged(path, `array '${show(name)}' must have a first and a last byte`, offsets);
  }
  const bytes = elementCount(shape) * ELEMENT_BYTES;
  if (end - begin !== bytes) {
    throw damaged(path, `array '${show(name)}' must have ${bytes} bytes`, end - begin);
  }
  return { name, shape, bytes, begin, end };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) &&
    value.every((size) => typeof size === "number" && Number.isSafeInteger(size) && size >= 0);
}

/** A checkpoint that is not as it was written. */
export function damaged(path: string, rule: string, got: unknown): CheckpointError {
  return new CheckpointError(
    "damaged",
    `Cannot read checkpoint ${path}: ${rule}, got ${show(got)}.`,
  );
}

/** Something of a file as a short line, whatever it holds. */
export function show(value: unknown): string {
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  const short = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return short.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "?");
}
