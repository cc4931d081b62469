/**
 * Tables of comma-separated values: a row for each sample, with a column for its label and one for each value. The
 * delimiter, a header and the column of the labels are found out where they are not stated.
 */
import type { Archive, ArchiveFile } from "../archives/archive.ts";
import { plainStream } from "../archives/gzip.ts";
import { readHead } from "../archives/open.ts";
import type { Split } from "../dataset.ts";
import { ImportError } from "../imported/error.ts";
import type { Format, OpenedSource, SampleValue, SourceRecord } from "./format.ts";
import { inspectTable, numberOf, pixelOf, readRows, type Table } from "./csv_table.ts";
import { splitOf } from "./split_name.ts";

/** Names of image files. */
const IMAGE = /\.(png|jpe?g|webp|gif|tiff?|bmp|avif)$/i;

export const csv: Format = {
  title: "tables of comma-separated values",
  async detect(archive) {
    const [first] = tablesOf(archive);
    // A table beside images describes them.
    if (!first || archive.files.some(({ path }) => IMAGE.test(path))) return false;
    for await (const opened of archive.read(new Set([first]))) {
      const head = await readHead(await plainStream(opened), 4096).catch(() => undefined);
      return head !== undefined && isText(head) && /[,;\t]/.test(new TextDecoder().decode(head));
    }
    return false;
  },
  async open(archive, { csv: options = {} }, source): Promise<OpenedSource> {
    const files = tablesOf(archive);
    const [first] = files;
    if (!first) throw new ImportError(`Cannot import ${source}: it must hold a table, got none.`);
    const table = await inspectTable(archive, first, options);
    return {
      content: table.imageShape ? { kind: "pixels", imageShape: table.imageShape } : {
        kind: "features",
        count: table.values.length,
        columns: table.hasHeader ? table.values.map((at) => nameOf(table, at)) : undefined,
      },
      total: undefined,
      isSorted: false,
      leftOut: table.numbering.map((at) => ({
        file: `${first.path}, column '${table.columns[at]}'`,
        message:
          "It only numbers the rows, so it is left out. To use it, list all columns to use (--features, or csv.features in the API).",
      })),
      records: (skip) => readTables(archive, files, table, skip),
    };
  },
};

function nameOf({ columns }: Table, at: number): string {
  return columns[at] || `column ${at + 1}`;
}

/** Returns the tables of a source; a single file is one, whatever its name is. */
function tablesOf({ files }: Archive): readonly ArchiveFile[] {
  const named = files.filter(({ path }) => /\.(csv|tsv|txt|data)(\.gz)?$/i.test(path));
  const csvOnly = named.filter(({ path }) => /\.(csv|tsv)(\.gz)?$/i.test(path));
  return csvOnly.length > 0 ? csvOnly : files.length === 1 ? files : named.slice(0, 1);
}

async function* readTables(
  archive: Archive,
  files: readonly ArchiveFile[],
  table: Table,
  skip: number,
): AsyncGenerator<SourceRecord, void> {
  const isDivided = new Set(files.map(({ path }) => splitOf(path))).size === 2;
  let record = 0;
  for await (const opened of archive.read(new Set(files))) {
    const { file } = opened;
    const split = isDivided ? splitOf(file.path) ?? "train" : undefined;
    try {
      let isFirst = true;
      for await (
        const { cells, line } of readRows(await plainStream(opened), table.delimiter)
      ) {
        const isColumns = isFirst && table.hasHeader;
        isFirst = false;
        if (isColumns) continue;
        if (record++ < skip) continue;
        yield readSample(cells, table, split, `${file.path}, row ${line}`);
      }
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new ImportError(`Cannot import ${file.path}: it ${error.message}`);
    }
  }
}

function readSample(
  cells: readonly string[],
  { columns, label, values, imageShape }: Table,
  split: Split | undefined,
  file: string,
): SourceRecord {
  const fail = (problem: string) => ({ file, problem: `Cannot use it: ${problem}` });
  if (cells.length !== columns.length) {
    return fail(`a row must have ${columns.length} columns, got ${cells.length}.`);
  }
  const name = cells[label]?.trim() ?? "";
  if (name === "") return fail(`its label in column ${columns[label]} is missing.`);
  const numbers = new Float32Array(values.length);
  for (const [place, at] of values.entries()) {
    const cell = cells[at] ?? "";
    const value = imageShape ? pixelOf(cell) : numberOf(cell);
    if (value !== undefined) {
      numbers[place] = value;
      continue;
    }
    const rule = imageShape ? "a whole number from 0 to 255" : "a number";
    return fail(
      cell.trim() === ""
        ? `its value in column ${columns[at]} is missing.`
        : `column ${columns[at]} must be ${rule}, got '${cell.slice(0, 40)}'.`,
    );
  }
  return {
    file,
    split,
    label: name,
    value: imageShape ? toPixels(numbers, imageShape) : features(numbers),
  };
}

function features(numbers: Float32Array): SampleValue {
  return { kind: "features", features: numbers };
}

/** Brings values in PyTorch's order [channels, height, width] to pixels. */
function toPixels(
  values: Float32Array,
  [height, width, channels]: readonly [number, number, number],
): SampleValue {
  const pixels = new Uint8Array(values.length);
  const area = height * width;
  for (let at = 0; at < values.length; at++) {
    pixels[(at % area) * channels + Math.floor(at / area)] = values[at] ?? 0;
  }
  return { kind: "pixels", pixels };
}

function isText(bytes: Uint8Array): boolean {
  return !bytes.includes(0);
}
