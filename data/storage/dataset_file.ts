/**
 * Files of datasets: their paths, and the verification of header, sizes, labels and, if it is known, sha256.
 */
import { join } from "node:path";
import { type CatalogEntry, type PublishedFile, splitSize } from "../catalog.ts";
import type { Split } from "../dataset.ts";
import { asReadError, readWhole, sha256 } from "./files.ts";
import { DatasetError } from "../errors.ts";
import { type IdxArray, isGzip, parseIdx, unpackGzip } from "../formats/idx.ts";

export const SPLITS: readonly Split[] = ["train", "test"];

/** Overhead of a gzip stream of incompressible bytes. */
const GZIP_SLACK = 64 * 1024;

/** Content of a file. */
export type Role = "images" | "labels";

/** One file of a dataset. */
export interface DatasetFile {
  readonly split: Split;
  readonly role: Role;
  readonly file: PublishedFile;
}

/** Returns the four files of a dataset. */
export function datasetFiles(entry: CatalogEntry): readonly DatasetFile[] {
  return SPLITS.flatMap((split) =>
    (["images", "labels"] as const).map((role) => ({ split, role, file: entry.files[split][role] }))
  );
}

/** Finds a file, unpacked or as <name>.gz. */
export async function locate(folder: string, file: PublishedFile): Promise<string | undefined> {
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

/** Returns the expected shape of a file. */
function shapeOf(entry: CatalogEntry, { split, role }: DatasetFile): readonly number[] {
  const [height, width, channels] = entry.imageShape;
  const image = channels === 1 ? [height, width] : [height, width, channels];
  return [splitSize(entry, split), ...(role === "images" ? image : [])];
}

/** Returns the expected size of a file, unpacked: IDX header and values. */
export function unpackedSize(entry: CatalogEntry, part: DatasetFile): number {
  const shape = shapeOf(entry, part);
  return 4 + 4 * shape.length + shape.reduce((product, length) => product * length, 1);
}

/** Returns the maximum size of a file, packed. */
export function packedSize(entry: CatalogEntry, part: DatasetFile): number {
  return unpackedSize(entry, part) + GZIP_SLACK;
}

/** Reads the stored bytes of a file, up to its maximum size. */
export async function readPacked(
  entry: CatalogEntry,
  part: DatasetFile,
  path: string,
): Promise<Uint8Array> {
  return await readWhole(path, packedSize(entry, part));
}

/** An unpacked file of the right form. */
export interface Parsed extends IdxArray {
  /** Header and values. */
  readonly bytes: Uint8Array;
}

/** Unpacks and parses a file, and checks the form of its images or labels, but not their number. */
export async function parseDatasetFile(
  entry: CatalogEntry,
  part: DatasetFile,
  packed: Uint8Array,
  name: string,
): Promise<Parsed> {
  const bytes = isGzip(packed) ? await unpackGzip(packed, unpackedSize(entry, part), name) : packed;
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

/** Checks the number of samples of a file and, if it is known, the hash. */
export async function matchPublished(
  entry: CatalogEntry,
  part: DatasetFile,
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

/**
 * Unpacks and verifies a file.
 *
 * @returns the unpacked bytes
 * @throws {DatasetError}
 */
export async function checkDatasetFile(
  entry: CatalogEntry,
  part: DatasetFile,
  packed: Uint8Array,
  name: string,
): Promise<Uint8Array> {
  const parsed = await parseDatasetFile(entry, part, packed, name);
  await matchPublished(entry, part, parsed, name);
  return parsed.bytes;
}
