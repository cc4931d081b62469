/** Files of one array: a header with its type and shape, then its elements. Rows are read one after the other. */
import type { Archive, ArchiveFile } from "../../archives/archive.ts";
import { plainStream } from "../../archives/gzip.ts";
import { ImportError } from "../../imported/error.ts";
import { type ByteReader, openReader } from "./byte_reader.ts";
import {
  decodeNumbers,
  decodeTexts,
  elementBytes,
  type ElementType,
  type Values,
} from "./elements.ts";

/** The largest size of an array that must be in memory as a whole. */
const MAX_WHOLE_BYTES = 2e9;

/** The number of bytes of rows that are decoded at once. */
const CHUNK_BYTES = 256 * 1024;

/** The form of an array. */
export interface ArrayHeader {
  readonly element: ElementType;
  readonly shape: readonly number[];
  /** True if the first index changes fastest, as in Fortran. */
  readonly isColumnMajor: boolean;
}

/** Reads a header. A message of a RangeError completes 'Cannot import FILE: it …'. */
export type ReadHeader = (reader: ByteReader) => Promise<ArrayHeader>;

/** A file whose header was read. */
export interface ArrayFile extends ArrayHeader {
  readonly file: ArchiveFile;
  readonly readHeader: ReadHeader;
}

/** Reads the headers of files. */
export async function readHeaders(
  archive: Archive,
  files: readonly ArchiveFile[],
  readHeader: ReadHeader,
): Promise<readonly ArrayFile[]> {
  const arrays: ArrayFile[] = [];
  for await (const opened of archive.read(new Set(files))) {
    await explained(opened.file, async () => {
      const reader = openReader(await plainStream(opened));
      arrays.push({ file: opened.file, readHeader, ...await readHeader(reader) });
      await reader.close();
    });
  }
  return arrays;
}

/**
 * Reads the rows of an array: all values of each first index, in the order of C.
 *
 * @param skip the number of rows that are passed over
 */
export async function* readArrayRows(
  archive: Archive,
  { file, readHeader, element, shape, isColumnMajor }: ArrayFile,
  skip = 0,
): AsyncGenerator<Values, void> {
  if (element.kind !== "number") throw notNumbers(file);
  const [rows = 0, ...inner] = shape;
  const size = product(inner);
  const rowBytes = size * elementBytes(element);
  const decode = (bytes: Uint8Array<ArrayBuffer>) =>
    decodeNumbers(bytes, element.type, element.isLittleEndian);
  for await (const opened of archive.read(new Set([file]))) {
    const reader = openReader(await plainStream(opened));
    try {
      await readHeader(reader);
      if (isColumnMajor) {
        const bytes = rows * rowBytes;
        if (bytes > MAX_WHOLE_BYTES) throw new RangeError(tooLarge("in Fortran's order", bytes));
        const whole = decode(await reader.read(bytes));
        for (let row = skip; row < rows; row++) yield rowOf(whole, row, shape);
        return;
      }
      await reader.skip(skip * rowBytes);
      const atOnce = Math.max(1, Math.floor(CHUNK_BYTES / rowBytes));
      for (let row = skip; row < rows; row += atOnce) {
        const count = Math.min(atOnce, rows - row);
        const values = decode(await reader.read(count * rowBytes));
        for (let at = 0; at < count; at++) yield values.subarray(at * size, (at + 1) * size);
      }
    } catch (error) {
      throw explain(file, error);
    } finally {
      await reader.close().catch(() => {});
    }
  }
}

/** Reads a whole array of one value a row, as texts or numbers. */
export async function readColumn(
  archive: Archive,
  array: ArrayFile,
): Promise<readonly (string | number)[]> {
  const { file, readHeader, element, shape: [rows = 0] } = array;
  if (element.kind === "number") {
    const values: number[] = [];
    for await (const [first = NaN] of readArrayRows(archive, array)) values.push(first);
    return values;
  }
  for await (const opened of archive.read(new Set([file]))) {
    return await explained(file, async () => {
      const reader = openReader(await plainStream(opened));
      await readHeader(reader);
      const bytes = rows * elementBytes(element);
      if (bytes > MAX_WHOLE_BYTES) throw new RangeError(tooLarge("of texts", bytes));
      const texts = decodeTexts(await reader.read(bytes), element);
      await reader.close();
      return texts;
    });
  }
  return [];
}

/** Returns a row of an array in Fortran's order. */
function rowOf(whole: Values, row: number, [rows = 0, ...inner]: readonly number[]): Values {
  const values = whole.slice(0, product(inner));
  const index = inner.map(() => 0);
  const strides = inner.map((_, axis) => rows * product(inner.slice(0, axis)));
  for (let at = 0; at < values.length; at++) {
    let from = row;
    for (const [axis, stride] of strides.entries()) from += (index[axis] ?? 0) * stride;
    values[at] = whole[from] ?? 0;
    for (let axis = inner.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] ?? 0) + 1;
      if ((index[axis] ?? 0) < (inner[axis] ?? 0)) break;
      index[axis] = 0;
    }
  }
  return values;
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1);
}

function tooLarge(what: string, bytes: number): string {
  return `must hold at most ${MAX_WHOLE_BYTES.toLocaleString("en-US")} bytes ${what}, got ${
    bytes.toLocaleString("en-US")
  }.`;
}

function notNumbers(file: ArchiveFile): ImportError {
  return new ImportError(`Cannot import ${file.path}: it must hold numbers, got text.`);
}

async function explained<T>(file: ArchiveFile, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw explain(file, error);
  }
}

function explain({ path }: ArchiveFile, error: unknown): unknown {
  return error instanceof RangeError
    ? new ImportError(`Cannot import ${path}: it ${error.message}`, { cause: error })
    : error;
}
