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

/** The formats by name. */
export const FORMATS: Readonly<Record<FormatName, Format>> = {
  IMAGE_FOLDER: imageFolder,
  IDX: idxFamily,
  CSV: csv,
  NPZ: npz,
  PARQUET: parquet,
  CIFAR: cifar,
};

/** The order in which formats are tried: those that are recognised by their content come before folders of any files. */
const ORDER = [
  "PARQUET",
  "NPZ",
  "CIFAR",
  "IDX",
  "CSV",
  "IMAGE_FOLDER",
] as const satisfies readonly FormatName[];

/**
 * Finds out the format of a source.
 *
 * @throws {ImportError} if it has none that is known
 */
export async function detectFormat(archive: Archive, source: string): Promise<FormatName> {
  if (archive.files.length === 0) {
    throw new ImportError(`Cannot import ${source}: it must hold files, got none.`);
  }
  for (const name of ORDER) {
    if (await FORMATS[name].detect(archive)) return name;
  }
  throw new ImportError(
    `Cannot import ${source}: it must be in a known format (${
      FORMAT_NAMES.join(", ")
    }), got none of them.`,
  );
}
