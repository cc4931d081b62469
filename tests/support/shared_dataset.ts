/** A small dataset of colours that one machine imports and shares with others. */
import { listImported } from "../../data/imported/read.ts";
import { datasetReference } from "../../data/reference.ts";
import type { CheckpointStore } from "../../runs/checkpoints/store.ts";
import { shareDatasets } from "../../runs/datasets/shared_datasets.ts";
import { idOf, openSharedIndex } from "../../runs/datasets/shared_index.ts";
import { colouredImages, writeZip } from "./image_files.ts";
import { importDataset, importRequest, manifestOf } from "./import_dataset.ts";
import { until } from "./until.ts";

/** Options of importColours(). */
export interface ColoursOptions {
  readonly name?: string;
  /** Width and height to which they are brought. */
  readonly size?: number;
  readonly createdAt?: string;
}

/** Imports 24 training images at a machine, and returns their reference and version. */
export async function importColours(
  dataFolder: string,
  zip: string,
  { name = "mine", size = 8, createdAt }: ColoursOptions = {},
) {
  await writeZip(zip, colouredImages(10));
  const images = { width: size, height: size, color: "RGB", fit: "STRETCH" } as const;
  const request = importRequest(zip, { name, images });
  const found = await importDataset(dataFolder, { ...request, ...createdAt ? { createdAt } : {} });
  const { version } = manifestOf(found);
  return { version, reference: datasetReference(name, version) };
}

/** Shares the datasets of a machine, and waits until the store has the content of one, and all of them in its index. */
export async function shareUntilStored(
  dataFolder: string,
  checkpoints: CheckpointStore,
  version: string,
) {
  const problems: (string | null)[] = [];
  const conflicts: string[] = [];
  const sharing = shareDatasets({
    dataFolder,
    checkpoints: () => Promise.resolve(checkpoints),
    onProblem: (problem) => problems.push(problem),
    onConflict: (name) => conflicts.push(name),
    intervalMs: 20,
  });
  const index = openSharedIndex({ dataFolder, checkpoints: () => Promise.resolve(checkpoints) });
  await until("the dataset is shared", async () => {
    const { byName } = await index.list();
    const ids = new Set([...byName.values()].flat());
    const isComplete = (await checkpoints.list(`dataset-${version}`)).length === 3;
    return isComplete &&
      (await listImported(dataFolder)).every((manifest) => ids.has(idOf(manifest)));
  });
  return { ...sharing, problems, conflicts };
}
