/**
 * Reads datasets from disk. Only the published files are accepted.
 *
 * A dataset's own folder is `<folder>/<name>`, to which downloadDataset() writes. Files of torchvision below
 * `folder` and files in `folder` itself are read as well.
 */
import { join } from "node:path";
import { type CatalogEntry, catalogEntry, datasetNames } from "../catalog.ts";
import type { ImageDataset, LabelledDataset, Split } from "../dataset.ts";
import { DatasetError } from "../errors.ts";
import {
  datasetFiles,
  locate,
  matchPublished,
  parseDatasetFile,
  readPacked,
  type Role,
} from "./dataset_file.ts";
import { parseReference } from "../reference.ts";
import { sourcesOf } from "./sources.ts";

/**
 * Reads a split of a dataset of images and checks it.
 *
 * @param name one of datasetNames, whose files may be packed by gzip; or an imported dataset's name or name@version
 * @param folder folder of datasets, see above
 * @throws {DatasetError}
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const train = await openDataset("mnist", "train", ".epochql/data");
 * assertEquals(train.images.length, 60_000 * 28 * 28);
 * ```
 */
export async function openDataset(
  name: string,
  split: Split,
  folder: string,
): Promise<ImageDataset> {
  const dataset = await openLabelled(name, split, folder);
  if ("images" in dataset) return dataset;
  throw new DatasetError(
    "foreign",
    `Cannot use dataset '${dataset.name}': its samples must be images, got vectors of features.`,
  );
}

/**
 * Reads a split of a dataset of images or vectors and checks it.
 *
 * @param name as of openDataset()
 * @throws {DatasetError}
 */
export async function openLabelled(
  name: string,
  split: Split,
  folder: string,
): Promise<LabelledDataset> {
  if (isBuiltIn(name)) return await readSplit(catalogEntry(name), split, folder);
  const { listImported, readImported, readImportedPart } = await import("../imported/read.ts");
  const manifest = await readImported(name, folder);
  if (!manifest) throw unknownDataset(name, await listImported(folder));
  return await readImportedPart(manifest, split, folder);
}

/** Returns true for the name of a dataset that is not imported. */
export function isBuiltIn(name: string): boolean {
  return datasetNames.some((known) => known === name);
}

/** Makes the error of a dataset that is not there. */
function unknownDataset(
  name: string,
  imported: readonly { readonly name: string }[],
): DatasetError {
  const { name: base, version } = parseReference(name);
  if (version !== undefined) {
    return new DatasetError(
      "unknown-dataset",
      `Cannot use dataset '${base}': its version ${
        version.slice(0, 8)
      }… is not there; it may have been deleted. ` +
        "Import it again.",
    );
  }
  const names = [...datasetNames, ...imported.map(({ name }) => name)];
  return new DatasetError(
    "unknown-dataset",
    `Cannot use dataset '${name}': dataset must be one of ${names.join(", ")}.`,
  );
}

/** The folder in which a dataset's files are looked for: the first of the known places that has any. */
export async function findDataset(name: string, folder: string): Promise<string | undefined> {
  const entry = catalogEntry(name);
  for (const place of placesOf(entry, folder)) {
    for (const { file } of datasetFiles(entry)) {
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
): Promise<ImageDataset & { readonly labels: Uint8Array }> {
  try {
    const place = await findDataset(entry.name, folder) ?? join(folder, entry.name);
    const read = async (role: Role) => {
      const part = { split, role, file: entry.files[split][role] };
      const path = await locate(place, part.file) ?? join(place, part.file.name);
      return {
        part,
        path,
        ...await parseDatasetFile(entry, part, await readPacked(entry, part, path), path),
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

/** Describes the remedy for wrong files: fetch them again, or copy them by hand. */
function adviceFor(entry: CatalogEntry, folder: string): string {
  return sourcesOf(entry).length > 0
    ? "Run: deno task setup."
    : `Put the four files of ${entry.home} into ${
      join(folder, entry.name)
    }, as they are or unpacked.`;
}

function placesOf(entry: CatalogEntry, folder: string): readonly string[] {
  return [join(folder, entry.name), join(folder, entry.torchvisionFolder), folder];
}
