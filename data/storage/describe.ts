/** Descriptions of all datasets that can be used: those of the catalog and imported ones. */
import { type DatasetInfo, datasetNames, describeDataset } from "../catalog.ts";
import { readDeleted } from "../imported/deleted.ts";
import type { DatasetManifest } from "../imported/manifest.ts";
import { datasetReference } from "../reference.ts";
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

/** Describes every dataset: those of the catalog, then imported ones by name. */
export async function listDatasetInfos(folder: string): Promise<readonly DatasetInfo[]> {
  return [...datasetNames.map(describeDataset), ...await listImportedInfos(folder)];
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
