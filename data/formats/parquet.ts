/** Parquet files: images as Hugging Face writes them, with the names of the classes in its metadata, or plain tables of numbers. */
import { type FileMetaData, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { errorMessage } from "../../lib/error_message.ts";
import type { Archive, ArchiveFile, OpenedFile } from "../archives/archive.ts";
import { readHead, startsWith } from "../archives/open.ts";
import { ImportError } from "../imported/error.ts";
import type { Format, ReaderOptions, SampleValue, SourceRecord } from "./format.ts";
import { openBuffer } from "./parquet/buffer.ts";
import { CODECS } from "./parquet/codecs.ts";
import { findColumns, type ParquetColumns } from "./parquet/columns.ts";
import { splitOf } from "./split_name.ts";

/** The first bytes of a file: PAR1. */
const MAGIC = [0x50, 0x41, 0x52, 0x31];

/** The largest group of rows, which is read as a whole. */
const MAX_GROUP_BYTES = 2e9;

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
    const { values, classes } = first.columns;
    return {
      content: values.kind === "image"
        ? { kind: "files" }
        : { kind: "features", count: values.columns.length },
      total: files.reduce((sum, { metadata }) => sum + Number(metadata.num_rows), 0),
      classes,
      // Hugging Face's sets are often sorted by class.
      isSorted: true,
      records: (skip) => readFiles(archive, files, options, skip),
    };
  },
};

/** Returns the Parquet files of a source; a single file is one, whatever its name is. */
function filesOf({ files }: Archive): readonly ArchiveFile[] {
  const named = files.filter(({ path }) => /\.(parquet|pq)$/i.test(path));
  return named.length === 0 && files.length === 1 ? files : named;
}

async function withBuffer<T>(
  opened: OpenedFile,
  options: ReaderOptions,
  use: (buffer: Awaited<ReturnType<typeof openBuffer>>["buffer"]) => Promise<T>,
): Promise<T> {
  const { buffer, close } = await openBuffer(opened, options);
  try {
    return await use(buffer);
  } finally {
    close();
  }
}

async function* readFiles(
  archive: Archive,
  files: readonly ParquetFile[],
  options: ReaderOptions,
  skip: number,
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
      yield* readGroups(found, buffer, left);
      left = 0;
    } finally {
      close();
    }
  }
}

async function* readGroups(
  { file, metadata, columns }: ParquetFile,
  buffer: Awaited<ReturnType<typeof openBuffer>>["buffer"],
  skip: number,
): AsyncGenerator<SourceRecord, void> {
  const { label, values } = columns;
  const wanted = [label, ...(values.kind === "image" ? [values.column] : values.columns)];
  let begin = 0;
  for (const { num_rows: count, total_byte_size: bytes } of metadata.row_groups) {
    const end = begin + Number(count);
    if (Number(bytes) > MAX_GROUP_BYTES) {
      throw new ImportError(
        `Cannot import ${file.path}: its groups of rows must have at most ${
          MAX_GROUP_BYTES.toLocaleString("en-US")
        } bytes, got ${Number(bytes).toLocaleString("en-US")}.`,
      );
    }
    if (end > skip) {
      const rowStart = Math.max(begin, skip);
      const rows = await explained(file, () =>
        parquetReadObjects({
          file: buffer,
          metadata,
          columns: wanted,
          rowStart,
          rowEnd: end,
          compressors: CODECS,
          // Images are no texts.
          utf8: false,
        }));
      for (const [at, row] of rows.entries()) {
        yield toRecord(row, columns, file.path, rowStart + at, splitOf(file.path));
      }
    }
    begin = end;
  }
}

function toRecord(
  row: Readonly<Record<string, unknown>>,
  { label: labelColumn, classes, values }: ParquetColumns,
  path: string,
  number: number,
  split: ReturnType<typeof splitOf>,
): SourceRecord {
  const file = `${path}, row ${number}`;
  const fail = (problem: string) => ({ file, problem: `Cannot use it: ${problem}` });
  const label = labelOf(row[labelColumn], classes);
  if (label === undefined) {
    return fail(`its label in column ${labelColumn} must be a class, got ${row[labelColumn]}.`);
  }
  const value = values.kind === "image"
    ? imageOf(row[values.column])
    : numbersOf(values.columns.map((column) => row[column]));
  if (value) return { file, split, label, value };
  return fail(
    values.kind === "image"
      ? `it must hold the bytes of an image in column ${values.column}, got none.`
      : "its values must be finite numbers.",
  );
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

function numbersOf(values: readonly unknown[]): SampleValue | undefined {
  const isNumbers = values.every((value) =>
    typeof value === "number" || typeof value === "bigint" || typeof value === "boolean"
  );
  const features = Float32Array.from(values, Number);
  return isNumbers && features.every(Number.isFinite) ? { kind: "features", features } : undefined;
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
