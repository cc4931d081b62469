/** The list of formats that can be imported, and how the format of a source is found out. */
import type { Archive } from "../archives/archive.ts";
import { ImportError } from "../imported/error.ts";
import { cifar } from "./cifar.ts";
import { csv } from "./csv.ts";
import { type Format, FORMAT_NAMES, type FormatName } from "./format.ts";
import { idxFamily } from "./idx_family.ts";
import { imageFolder } from "./image_folder.ts";
import { npz } from "./npz.ts";
import { parquet } from "./parquet.ts";

/** The formats, in the order in which they are tried: those known by their content come before folders of any files. */
export const FORMATS: Readonly<Record<FormatName, Format>> = {
  PARQUET: parquet,
  NPZ: npz,
  CIFAR: cifar,
  IDX: idxFamily,
  CSV: csv,
  IMAGE_FOLDER: imageFolder,
};

/**
 * Refuses a source that holds nothing.
 *
 * @throws {ImportError} if it has no files, or only empty ones
 */
export function mustHoldFiles({ files }: Archive, source: string): void {
  if (files.length === 0) {
    throw new ImportError(`Cannot import ${source}: it must hold files, got none.`);
  }
  if (files.every(({ bytes }) => bytes === 0)) {
    throw new ImportError(`Cannot import ${source}: all its files are empty.`);
  }
}

/**
 * Finds out the format of a source.
 *
 * @throws {ImportError} if it has none that is known
 */
export async function detectFormat(archive: Archive, source: string): Promise<FormatName> {
  for (const name of Object.keys(FORMATS) as readonly FormatName[]) {
    if (await FORMATS[name].detect(archive)) return name;
  }
  throw new ImportError(
    `Cannot import ${source}: it must be in a known format (${
      FORMAT_NAMES.join(", ")
    }), got none of them.`,
  );
}
