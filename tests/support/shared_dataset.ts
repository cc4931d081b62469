/** A small dataset of colours that one machine imports and shares with others. */
import { datasetReference } from "../../data/reference.ts";
import type { CheckpointStore } from "../../runs/checkpoints/store.ts";
import { shareDatasets } from "../../runs/datasets/shared_datasets.ts";
import { colouredImages, writeZip } from "./image_files.ts";
import { importDataset, importRequest, manifestOf } from "./import_dataset.ts";
import { until } from "./until.ts";

/**
 * Imports 24 training images at a machine, and returns their reference and version.
 *
 * @param size width and height to which they are brought
 */
export async function importColours(dataFolder: string, zip: string, size = 8) {
  await writeZip(zip, colouredImages(10));
  const images = { width: size, height: size, color: "RGB", fit: "STRETCH" } as const;
  const { version } = manifestOf(await importDataset(dataFolder, importRequest(zip, { images })));
  return { version, reference: datasetReference("mine", version) };
}

/** Shares the datasets of a machine, and waits until the store has one. */
export async function shareUntilStored(
  dataFolder: string,
  checkpoints: CheckpointStore,
  version: string,
) {
  const problems: (string | null)[] = [];
  const sharing = shareDatasets({
    dataFolder,
    checkpoints: () => Promise.resolve(checkpoints),
    onProblem: (problem) => problems.push(problem),
  });
  await until(
    "the dataset is shared",
    async () => (await checkpoints.list(`dataset-${version}`)).length === 3,
  );
  return { ...sharing, problems };
}
