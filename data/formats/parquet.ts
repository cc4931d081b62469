/**
 * Parquet files: images as Hugging Face writes them, with the names of the classes in its metadata, or plain tables of
 * numbers.
 */
import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  type RowGroup,
} from "hyparquet";
import { errorMessage } from "../../lib/error_message.ts";
import type { Archive, ArchiveFile, OpenedFile } from "../archives/archive.ts";
import { readHead, startsWith } from "../archives/open.ts";
import { ImportError } from "../imported/error.ts";
import type { Format, ReaderOptions, SampleValue, SourceRecord } from "./format.ts";
import { openBuffer } from "./parquet/buffer.ts";
import { CODECS } from "./parquet/codecs.ts";
import { findColumns, type ParquetColumns } from "./parquet/columns.ts";
import { readNumbers, SAMPLED_ROWS, type Width, widthsOf } from "./parquet/vectors.ts";
import { splitOf } from "./split_name.ts";

/** The first bytes of a file: PAR1. */
const MAGIC = [0x50, 0x41, 0x52, 0x31];

/** The largest group of rows, which is read as a whole. */
const MAX_GROUP_BYTES = 2e9;

/** The same where it holds lists, which are objects of the reader until they are vectors. */
const MAX_LISTS_BYTES = 1.5e8;

/** A file with what its end says. */
interface ParquetFile {
  readonly file: ArchiveFile;
  readonly metadata: FileMetaData;
  readonly columns: ParquetColumns;
}

export const parquet: Format = {
  title: "Parquet files, as those of Hugging Face",
  async detect(archive) {
    const [first] = filesOf(archive);
    if (!first) return false;
    for await (const opened of archive.read(new Set([first]))) {
      return startsWith(await readHead(opened.stream(), 4).catch(() => new Uint8Array()), MAGIC);
    }
    return false;
  },
  async open(archive, options, source) {
    const files: ParquetFile[] = [];
    for await (const opened of archive.read(new Set(filesOf(archive)))) {
      files.push(
        await explained(opened.file, () =>
          withBuffer(opened, options, async (buffer) => {
            const metadata = await parquetMetadataAsync(buffer);
            return { file: opened.file, metadata, columns: findColumns(metadata, options) };
          })),
      );
    }
    const [first] = files;
    if (!first) {
      throw new ImportError(`Cannot import ${source}: it must hold Parquet files, got none.`);
    }
    const { classes } = first.columns;
    const widths = await readWidths(archive, files, options);
    return {
      content: widths
        ? { kind: "features", columns: namesOf(widths), count: namesOf(widths).length }
        : { kind: "files" },
      total: files.reduce((sum, { metadata }) => sum + Number(metadata.num_rows), 0),
      classes,
      // Hugging Face's sets are often sorted by class.
      isSorted: true,
      records: (skip) => readFiles(archive, { files, widths, options, skip }),
    };
  },
};

/** Names the features: those of a list by their place in it. */
function namesOf(widths: readonly Width[]): readonly string[] {
  return widths.flatMap(({ column, count, isList }) =>
    isList ? Array.from({ length: count }, (_, at) => `${column} ${at + 1}`) : [column]
  );
}

/** Returns the Parquet files of a source; a single file is one, whatever its name is. */
function filesOf({ files }: Archive): readonly ArchiveFile[] {
  const named = files.filter(({ path }) => /\.(parquet|pq)$/i.test(path));
  return named.length === 0 && files.length === 1 ? files : named;
}

async function withBuffer<T>(
  opened: OpenedFile,
  options: ReaderOptions,
  use: (buffer: AsyncBuffer) => Promise<T>,
): Promise<T> {
  const { buffer, close } = await openBuffer(opened, options);
  try {
    return await use(buffer);
  } finally {
    close();
  }
}

/** Finds the lengths of lists in the first file with rows; undefined for images. */
async function readWidths(
  archive: Archive,
  files: readonly ParquetFile[],
  options: ReaderOptions,
): Promise<readonly Width[] | undefined> {
  const first = files.find(({ metadata }) => metadata.num_rows > 0n) ?? files[0];
  if (first?.columns.values.kind !== "numbers") return undefined;
  const { columns, lists } = first.columns.values;
  if (lists.length === 0) return widthsOf(columns, lists, []);
  for await (const opened of archive.read(new Set([first.file]))) {
    const rows = await explained(first.file, () =>
      withBuffer(opened, options, async (buffer) => {
        const [group] = first.metadata.row_groups;
        if (group) mustFit(first, group);
        const rowEnd = Math.min(Number(group?.num_rows ?? 0), SAMPLED_ROWS);
        return await readRows(first, buffer, [...lists], { rowStart: 0, rowEnd });
      }));
    return widthsOf(columns, lists, rows);
  }
  return undefined;
}

/** Options of readFiles(). */
interface Reading {
  readonly files: readonly ParquetFile[];
  readonly widths: readonly Width[] | undefined;
  readonly options: ReaderOptions;
  readonly skip: number;
}

async function* readFiles(
  archive: Archive,
  { files, widths, options, skip }: Reading,
): AsyncGenerator<SourceRecord, void> {
  let left = skip;
  const byFile = new Map(files.map((each) => [each.file, each]));
  for await (const opened of archive.read(new Set(byFile.keys()))) {
    const found = byFile.get(opened.file);
    if (!found) continue;
    const rows = Number(found.metadata.num_rows);
    if (left >= rows) {
      left -= rows;
      continue;
    }
    const { buffer, close } = await explained(opened.file, () => openBuffer(opened, options));
    try {
      yield* readGroups(found, buffer, widths, left);
      left = 0;
    } finally {
      close();
    }
  }
}

async function* readGroups(
  parquetFile: ParquetFile,
  buffer: AsyncBuffer,
  widths: readonly Width[] | undefined,
  skip: number,
): AsyncGenerator<SourceRecord, void> {
  const { file, metadata, columns } = parquetFile;
  const { label, values } = columns;
  const wanted = [label, ...(values.kind === "image" ? [values.column] : values.columns)];
  let begin = 0;
  for (const group of metadata.row_groups) {
    const end = begin + Number(group.num_rows);
    mustFit(parquetFile, group);
    if (end > skip) {
      const rowStart = Math.max(begin, skip);
      const rows = await explained(
        file,
        () => readRows(parquetFile, buffer, wanted, { rowStart, rowEnd: end }),
      );
      for (const [at, row] of rows.entries()) {
        yield toRecord(row, columns, widths, `${file.path}, row ${rowStart + at}`);
      }
    }
    begin = end;
  }
}

async function readRows(
  { metadata }: ParquetFile,
  file: AsyncBuffer,
  columns: string[],
  range: { readonly rowStart: number; readonly rowEnd: number },
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  // Images are no texts.
  return await parquetReadObjects({
    ...{ file, metadata, columns, ...range },
    compressors: CODECS,
    utf8: false,
  });
}

/** @throws {ImportError} if a group of rows does not fit into the memory */
function mustFit({ file, columns: { values } }: ParquetFile, { total_byte_size }: RowGroup): void {
  const hasLists = values.kind === "numbers" && values.lists.length > 0;
  const max = hasLists ? MAX_LISTS_BYTES : MAX_GROUP_BYTES;
  if (Number(total_byte_size) <= max) return;
  throw new ImportError(
    `Cannot import ${file.path}: its groups of rows must have at most ${
      max.toLocaleString("en-US")
    } bytes${hasLists ? ", as they hold lists" : ""}, got ${
      Number(total_byte_size).toLocaleString("en-US")
    }. Write it with smaller ones (row_group_size of pyarrow and pandas).`,
  );
}

function toRecord(
  row: Readonly<Record<string, unknown>>,
  { label: labelColumn, classes, values }: ParquetColumns,
  widths: readonly Width[] | undefined,
  file: string,
): SourceRecord {
  const fail = (problem: string) => ({ file, problem: `Cannot use it: ${problem}` });
  const label = labelOf(row[labelColumn], classes);
  if (label === undefined) {
    return fail(`its label in column ${labelColumn} must be a class, got ${row[labelColumn]}.`);
  }
  const split = splitOf(file);
  if (values.kind === "image") {
    const value = imageOf(row[values.column]);
    if (value) return { file, split, label, value };
    return fail(`it must hold the bytes of an image in column ${values.column}, got none.`);
  }
  const features = readNumbers(row, widths ?? []);
  if (typeof features === "string") return fail(features);
  return { file, split, label, value: { kind: "features", features } };
}

function labelOf(value: unknown, classes: readonly string[] | undefined): string | undefined {
  if (value instanceof Uint8Array) return new TextDecoder().decode(value).trim() || undefined;
  if (typeof value === "string") return value.trim() || undefined;
  if (typeof value === "boolean") return String(value);
  if (typeof value !== "bigint" && typeof value !== "number") return undefined;
  if (classes) return classes[Number(value)];
  return Number.isInteger(Number(value)) ? String(value) : undefined;
}

function imageOf(value: unknown): SampleValue | undefined {
  const bytes = typeof value === "object" && value !== null && "bytes" in value
    ? value.bytes
    : value;
  return bytes instanceof Uint8Array ? { kind: "file", bytes } : undefined;
}

/** Gives an error of the reader the name of the file. */
async function explained<T>({ path }: ArchiveFile, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ImportError) throw error;
    throw new ImportError(
      error instanceof RangeError
        ? `Cannot import ${path}: it ${error.message}`
        : `Cannot import ${path}: it must be a whole Parquet file, got a damaged one (${
          errorMessage(error)
        }).`,
      { cause: error },
    );
  }
}
