/**
 * The form of a CSV table: its delimiter, its header and the roles of its columns, detected where the options leave
 * them out.
 */
import { Readable } from "node:stream";
import type { ReadableStream as NodeStream } from "node:stream/web";
import { CsvError, parse } from "csv-parse";
import type { Archive, ArchiveFile } from "../archives/archive.ts";
import { plainStream } from "../archives/gzip.ts";
import { readHead } from "../archives/open.ts";
import { ImportError } from "../imported/error.ts";
import type { CsvOptions } from "./format.ts";
import { LABEL_NAMES } from "./label_names.ts";

/** The part of a table from which its form is detected. */
const HEAD_BYTES = 1024 * 1024;
const HEAD_ROWS = 100;

/** The smallest number of columns that are taken for the pixels of a square image. */
const MIN_PIXELS = 64;

/** The form of a table. */
export interface Table {
  readonly delimiter: string;
  readonly hasHeader: boolean;
  /** The names of the columns; 'column 1' where there is no header. */
  readonly columns: readonly string[];
  readonly label: number;
  readonly values: readonly number[];
  /** Columns that only number the rows: the order of the rows often tells the label. */
  readonly numbering: readonly number[];
  /** Undefined for features. */
  readonly imageShape: readonly [height: number, width: number, channels: number] | undefined;
}

/**
 * Detects the form of a table from its first rows.
 *
 * @throws {ImportError} if it is no table, or the options do not fit it
 */
export async function inspectTable(
  archive: Archive,
  file: ArchiveFile,
  options: CsvOptions,
): Promise<Table> {
  const fail = (rest: string) => new ImportError(`Cannot import ${file.path}: ${rest}`);
  for await (const opened of archive.read(new Set([file]))) {
    const head = await readHead(await plainStream(opened), HEAD_BYTES);
    const text = new TextDecoder().decode(head);
    // The last row may be cut.
    const whole = head.length < HEAD_BYTES ? text : text.slice(0, text.lastIndexOf("\n") + 1);
    const delimiter = delimiterOf(whole);
    const rows: (readonly string[])[] = [];
    for await (const { cells } of readRows(whole, delimiter)) {
      rows.push(cells);
      if (rows.length > HEAD_ROWS) break;
    }
    const [first, ...others] = rows;
    if (!first || first.length < 2) {
      throw fail(
        `a table must have 2 columns or more, got ${first?.length ?? 0}. ` +
          "They must be separated by ',', ';' or tabs.",
      );
    }
    const hasHeader = isHeader(first);
    const columns = first.map((name, at) => hasHeader ? name.trim() : `column ${at + 1}`);
    const samples = hasHeader ? others : rows;
    const label = options.label === undefined
      ? likelyLabel(columns, samples[0] ?? [])
      : columnOf(options.label, columns, "csv.label", fail);
    const { values, numbering } = options.features
      ? {
        values: options.features.map((name) => columnOf(name, columns, "csv.features", fail)),
        numbering: [],
      }
      : valueColumns(label, columns, samples, hasHeader);
    const imageShape = options.imageShape
      ? shapeOf(options.imageShape, values.length, fail)
      : likelyShape(values, samples);
    return { delimiter, hasHeader, columns, label, values, numbering, imageShape };
  }
  throw fail("it must be readable.");
}

function delimiterOf(text: string): string {
  const line = text.slice(0, text.search(/\r?\n|$/)).replace(/"[^"]*"/g, "");
  const counts = [",", ";", "\t"].map((delimiter) => line.split(delimiter).length);
  return [",", ";", "\t"][counts.indexOf(Math.max(...counts))] ?? ",";
}

function isHeader(row: readonly string[]): boolean {
  const texts = row.filter((cell) => !isNumber(cell)).length;
  return texts > row.length / 2 ||
    row.some((cell) => LABEL_NAMES.includes(cell.trim().toLowerCase()));
}

/** Finds the column of the labels: by its name, else the only one with text, else the first. */
function likelyLabel(columns: readonly string[], sample: readonly string[]): number {
  for (const name of LABEL_NAMES) {
    const at = columns.findIndex((column) => column.toLowerCase() === name);
    if (at !== -1) return at;
  }
  const texts = sample.flatMap((cell, at) => isNumber(cell) || cell.trim() === "" ? [] : [at]);
  return texts.length === 1 ? texts[0] ?? 0 : 0;
}

/** Finds the columns of the values: all but the label and those that number the rows, unless there are no others. */
function valueColumns(
  label: number,
  columns: readonly string[],
  samples: readonly (readonly string[])[],
  hasHeader: boolean,
): Pick<Table, "values" | "numbering"> {
  const others = [...columns.keys()].filter((at) => at !== label);
  const numbering = hasHeader ? others.filter((at) => isNumbering(at, columns, samples)) : [];
  return numbering.length === others.length
    ? { values: others, numbering: [] }
    : { values: others.filter((at) => !numbering.includes(at)), numbering };
}

/** Returns true for the column of Kaggle's Id and of the index that pandas writes: 1, 2, 3 in its first rows. */
function isNumbering(
  at: number,
  columns: readonly string[],
  samples: readonly (readonly string[])[],
): boolean {
  if (!/^(id|index|unnamed: 0|)$/i.test(columns[at] ?? "")) return false;
  const first = numberOf(samples[0]?.[at]) ?? NaN;
  return samples.length > 1 && samples.every((row, place) => numberOf(row[at]) === first + place);
}

function columnOf(
  name: string,
  columns: readonly string[],
  option: string,
  fail: (rest: string) => ImportError,
): number {
  const named = columns.indexOf(name);
  if (named !== -1) return named;
  const number = /^\d+$/.test(name) ? Number(name) : 0;
  if (number >= 1 && number <= columns.length) return number - 1;
  const known = columns.slice(0, 10).join(", ") + (columns.length > 10 ? ", …" : "");
  throw fail(`${option} must be a column (${known}) or its number from 1, got '${name}'.`);
}

function shapeOf(
  shape: readonly number[],
  count: number,
  fail: (rest: string) => ImportError,
): readonly [number, number, number] {
  const [channels = 0, height = 0, width = 0] = shape.length === 2 ? [1, ...shape] : shape;
  const isShape = shape.length === 2 || shape.length === 3;
  if (!isShape || (channels !== 1 && channels !== 3) || channels * height * width !== count) {
    throw fail(
      `csv.imageShape must be [height, width] or [channels, height, width] with 1 or 3 channels for ` +
        `${count} values, got [${shape.join(", ")}].`,
    );
  }
  return [height, width, channels];
}

/** Returns the shape of a square image if the values of the first rows look like its pixels. */
function likelyShape(
  values: readonly number[],
  samples: readonly (readonly string[])[],
): readonly [number, number, number] | undefined {
  const side = Math.sqrt(values.length);
  if (values.length < MIN_PIXELS || !Number.isInteger(side)) return undefined;
  const isPixels = samples.every((row) => values.every((at) => pixelOf(row[at]) !== undefined));
  return isPixels ? [side, side, 1] : undefined;
}

/** A row with its line in the file. */
interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * Reads the rows of a table, the header included.
 *
 * @throws {RangeError} 'must …' if it is no table
 */
export async function* readRows(
  text: string | ReadableStream<Uint8Array>,
  delimiter: string,
): AsyncGenerator<Row, void> {
  const bytes = typeof text === "string"
    ? Readable.from([text])
    : Readable.fromWeb(text as unknown as NodeStream);
  const parser = parse({
    bom: true,
    delimiter,
    relax_column_count: true,
    skip_empty_lines: true,
    info: true,
    max_record_size: 64 * 1024 * 1024,
  });
  bytes.on("error", (error) => parser.destroy(error));
  try {
    for await (const { record, info } of bytes.pipe(parser)) {
      yield { line: info.lines, cells: record };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new RangeError(`must be a table, got: ${error.message}`);
  }
}

/** Reads a cell as a pixel, 0 to 255; undefined if it is none. */
export function pixelOf(cell: string | undefined): number | undefined {
  const value = numberOf(cell);
  return value !== undefined && Number.isInteger(value) && value >= 0 && value <= 255
    ? value
    : undefined;
}

/** Reads a cell as a finite number; undefined if it is none. */
export function numberOf(cell: string | undefined): number | undefined {
  return cell !== undefined && isNumber(cell) ? Number(cell) : undefined;
}

function isNumber(cell: string): boolean {
  return cell.trim() !== "" && Number.isFinite(Number(cell));
}
