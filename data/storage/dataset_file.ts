/**
 * One file of a dataset: where it lies, and whether it is what was published, the right header, sizes and
 * labels, and the right sha256 where that is known.
 */
import { join } from "node:path";
import { type CatalogEntry, type PublishedFile, splitSize } from "../catalog.ts";
import type { Split } from "../dataset.ts";
import { asReadError, readWhole, sha256 } from "./files.ts";
import { DatasetError } from "../errors.ts";
import { type IdxArray, isGzip, parseIdx, unpackGzip } from "../formats/idx.ts";

export const SPLITS: readonly Split[] = ["train", "test"];

/** A gzip stream of bytes that do not compress is a little longer than they are. */
const GZIP_SLACK = 64 * 1024;

/** Content of a file. */
export type Role = "images" | "labels";

/** One file of a dataset. */
export interface DatasetFile {
  readonly split: Split;
  readonly role: Role;
  readonly file: PublishedFile;
}

/** The four files of a dataset. */
export function datasetFiles(entry: CatalogEntry): readonly DatasetFile[] {
  return SPLITS.flatMap((split) =>
    (["images", "labels"] as const).map((role) => ({ split, role, file: entry.files[split][role] }))
  );
}

/** The path of a file, unpacked or as <name>.gz. */
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

/** The shape that a file must have. */
function shapeOf(entry: CatalogEntry, { split, role }: DatasetFile): readonly number[] {
  const [height, width, channels] = entry.imageShape;
  const image = channels === 1 ? [height, width] : [height, width, channels];
  return [splitSize(entry, split), ...(role === "images" ? image : [])];
}

/** The bytes that a file must have, unpacked: the IDX header and its values. */
export function unpackedSize(entry: CatalogEntry, part: DatasetFile): number {
  const shape = shapeOf(entry, part);
  return 4 + 4 * shape.length + shape.reduce((product, length) => product * length, 1);
}

/** The most bytes that a file may have, packed. */
export function packedSize(entry: CatalogEntry, part: DatasetFile): number {
  return unpackedSize(entry, part) + GZIP_SLACK;
}

/** The bytes of a file as they lie there, if they are not more than it may have. */
export async function readPacked(
  entry: CatalogEntry,
  part: DatasetFile,
  path: string,
): Promise<Uint8Array> {
  return await readWhole(path, packedSize(entry, part));
}

/** A file that has been unpacked and has the form that it should have. */
export interface Parsed extends IdxArray {
  /** Header and values. */
  readonly bytes: Uint8Array;
}

/** Unpacks and parses a file, and checks that it holds images or labels as this dataset has them, however many. */
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

/** Checks that a file holds as much as was published, and the very bytes where their hash is known. */
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
 * Unpacks and checks a file in every way.
 *
 * @returns its bytes, unpacked
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
