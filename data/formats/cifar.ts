/**
 * CIFAR-10 and CIFAR-100 in their binary version: records of one or two labels and 32 x 32 pixels in planes of red,
 * green and blue. The names of the classes are in a text file beside them.
 */
import type { Archive, ArchiveFile } from "../archives/archive.ts";
import { plainStream } from "../archives/gzip.ts";
import { readHead, startsWith } from "../archives/open.ts";
import { ImportError } from "../imported/error.ts";
import { openReader } from "./arrays/byte_reader.ts";
import type { Format, SourceRecord } from "./format.ts";
import { splitOf } from "./split_name.ts";

const SIDE = 32;
const AREA = SIDE * SIDE;
const PIXEL_BYTES = 3 * AREA;

/** The largest size of a list of names. */
const MAX_NAMES_BYTES = 64 * 1024;

/** A version of the set: its files, its labels, and the list of the names of its classes. */
interface Version {
  readonly files: RegExp;
  /** The labels of a record, of which the last one is its class. */
  readonly labels: number;
  readonly names: RegExp;
}

const VERSIONS: readonly Version[] = [
  {
    files: /(^|\/)(data_batch_\d+|test_batch)\.bin$/i,
    labels: 1,
    names: /(^|\/)batches\.meta\.txt$/i,
  },
  { files: /(^|\/)(train|test)\.bin$/i, labels: 2, names: /(^|\/)fine_label_names\.txt$/i },
];

/** Files of the version for Python. */
const PICKLED = /(^|\/)(data_batch_\d+|test_batch|train|test)$/i;
const PICKLE_MAGIC = [0x80];

export const cifar: Format = {
  title: "CIFAR-10 or CIFAR-100, binary version",
  async detect(archive) {
    if (versionOf(archive)) return true;
    const pickled = archive.files.filter(({ path }) => PICKLED.test(path));
    const [first] = pickled;
    if (!first) return false;
    for await (const opened of archive.read(new Set([first]))) {
      return startsWith(await readHead(opened.stream(), 1), PICKLE_MAGIC);
    }
    return false;
  },
  async open(archive, _options, source) {
    const version = versionOf(archive);
    if (!version) {
      const isPickled = archive.files.some(({ path }) => PICKLED.test(path));
      throw new ImportError(
        `Cannot import ${source}: it must be CIFAR's binary version, got ` +
          (isPickled
            ? "pickled Python objects, which are not read as they can run programs."
            : "none of its files."),
      );
    }
    const recordBytes = version.labels + PIXEL_BYTES;
    const files = archive.files.filter(({ path }) => version.files.test(path));
    for (const { path, bytes = 0 } of files) {
      if (bytes > 0 && bytes % recordBytes === 0) continue;
      throw new ImportError(
        `Cannot import ${path}: it must hold whole records of ${recordBytes} bytes, got ${bytes} bytes.`,
      );
    }
    const classes = await readNames(archive, version.names);
    return {
      content: { kind: "pixels", imageShape: [SIDE, SIDE, 3] },
      total: files.reduce((sum, { bytes = 0 }) => sum + bytes / recordBytes, 0),
      classes,
      isSorted: false,
      records: (skip) => readRecords(archive, files, version.labels, classes, skip),
    };
  },
};

function versionOf({ files }: Archive): Version | undefined {
  return VERSIONS.find((version) =>
    files.some(({ path, bytes = 0 }) =>
      version.files.test(path) && bytes % (version.labels + PIXEL_BYTES) === 0
    )
  );
}

/** Reads the names of the classes; undefined where there is no list. */
async function readNames(archive: Archive, names: RegExp): Promise<readonly string[] | undefined> {
  const list = archive.files.find(({ path }) => names.test(path));
  if (!list) return undefined;
  for await (const opened of archive.read(new Set([list]))) {
    const text = new TextDecoder().decode(await opened.bytes(MAX_NAMES_BYTES));
    return text.split(/\r?\n/).map((name) => name.trim()).filter((name) => name !== "");
  }
  return undefined;
}

async function* readRecords(
  archive: Archive,
  files: readonly ArchiveFile[],
  labels: number,
  classes: readonly string[] | undefined,
  skip: number,
): AsyncGenerator<SourceRecord, void> {
  let left = skip;
  for await (const opened of archive.read(new Set(files))) {
    const { path, bytes = 0 } = opened.file;
    const split = splitOf(path) ?? "train";
    const count = bytes / (labels + PIXEL_BYTES);
    const begin = Math.min(left, count);
    left -= begin;
    if (begin === count) continue;
    const reader = openReader(await plainStream(opened));
    try {
      await reader.skip(begin * (labels + PIXEL_BYTES));
      for (let record = begin; record < count; record++) {
        const bytes = await reader.read(labels + PIXEL_BYTES);
        const number = bytes[labels - 1] ?? 0;
        const label = classes ? classes[number] : String(number);
        const file = `${path}, record ${record}`;
        const value = { kind: "pixels", pixels: fromPlanes(bytes.subarray(labels)) } as const;
        if (label !== undefined) yield { file, split, label, value };
        else yield { file, problem: `Cannot use it: its label must be a class, got ${number}.` };
      }
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new ImportError(`Cannot import ${path}: it ${error.message}`, { cause: error });
    } finally {
      await reader.close().catch(() => {});
    }
  }
}

function fromPlanes(planes: Uint8Array): Uint8Array {
  const pixels = new Uint8Array(PIXEL_BYTES);
  for (let at = 0; at < PIXEL_BYTES; at++) {
    pixels[at] = planes[(at % 3) * AREA + Math.floor(at / 3)] ?? 0;
  }
  return pixels;
}
