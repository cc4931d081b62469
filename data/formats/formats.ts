/** The list of formats that can be imported, and how the format of a source is found out. */
import type { Archive } from "../archives/archive.ts";
import { ImportError } from "../imported/error.ts";
import { csv } from "./csv.ts";
import { type Format, FORMAT_NAMES, type FormatName } from "./format.ts";
import { imageFolder } from "./image_folder.ts";

/** The formats by name. */
export const FORMATS: Readonly<Record<FormatName, Format>> = {
  CSV: csv,
  IMAGE_FOLDER: imageFolder,
};

/** Formats whose files are recognised by their content come before folders of any files. */
const ORDER: readonly FormatName[] = [
  ...FORMAT_NAMES.filter((name) => name !== "IMAGE_FOLDER"),
  "IMAGE_FOLDER",
];

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
    if (await FORMATS[name]?.detect(archive)) return name;
  }
  throw new ImportError(
    `Cannot import ${source}: it must be in a known format (${
      FORMAT_NAMES.join(", ")
    }), got none of them.`,
  );
}
