/** Descriptions of all datasets that can be used: those of the catalog and imported ones. */
import { type DatasetInfo, describeDataset } from "../catalog.ts";
import { readDeleted } from "../imported/deleted.ts";
import type { DatasetManifest } from "../imported/manifest.ts";
import { DatasetError } from "../errors.ts";
import { datasetReference, parseReference } from "../reference.ts";
import { listImported, readImported } from "../imported/read.ts";
import { isBuiltIn } from "./open.ts";

/**
 * Describes a dataset.
 *
 * @param reference a name, or name@version
 * @returns undefined if there is no such dataset
 * @throws {DatasetError} if it is damaged or has another version
 */
export async function findDatasetInfo(
  reference: string,
  folder: string,
): Promise<DatasetInfo | undefined> {
  if (isBuiltIn(reference)) return describeDataset(reference);
  const manifest = await readImported(reference, folder);
  return manifest && infoOf(manifest);
}

/**
 * Describes a version that was deleted on this machine.
 *
 * @param reference name@version
 * @returns undefined if there is none
 */
export async function findDeletedInfo(
  reference: string,
  folder: string,
): Promise<DatasetInfo | undefined> {
  const manifest = await readDeleted(reference, folder);
  return manifest && infoOf(manifest);
}

/** Ways to find out about the dataset of a run. */
export interface DatasetDescriptions {
  /** As findDatasetInfo(). */
  describe(reference: string): Promise<DatasetInfo | undefined>;
  /** As findDeletedInfo(). */
  describeDeleted(reference: string): Promise<DatasetInfo | undefined>;
}

/** Finds out about datasets in a folder. */
export function describeDatasets(folder: string): DatasetDescriptions {
  return {
    describe: (reference) => findDatasetInfo(reference, folder),
    describeDeleted: (reference) => findDeletedInfo(reference, folder),
  };
}

/**
 * Returns why a run cannot go on whose dataset was deleted and not imported again; undefined if it can.
 *
 * @param reference name, or name@version
 */
export async function deletionProblem(
  reference: string,
  { describe, describeDeleted }: DatasetDescriptions,
): Promise<string | undefined> {
  const isUsable = await describe(reference).catch((error) => {
    // Damaged, or of another version.
    if (!(error instanceof DatasetError)) throw error;
  });
  if (isUsable || !await describeDeleted(reference)) return undefined;
  return `its dataset '${parseReference(reference).name}' was deleted. Import it again first.`;
}

/** Describes every imported dataset, by name. */
export async function listImportedInfos(folder: string): Promise<readonly DatasetInfo[]> {
  return (await listImported(folder)).map(infoOf);
}

/** Describes an imported dataset. */
export function infoOf({ name, version, content }: DatasetManifest): DatasetInfo {
  const { kind, imageShape, classes, mean, std, train, test, preprocessing } = content;
  return {
    name,
    reference: datasetReference(name, version),
    title: name,
    trainSize: train.count,
    testSize: test.count,
    kind,
    imageShape,
    classes,
    mean,
    std,
    ...(preprocessing ? { preprocessing } : {}),
  };
}
