/** The datasets of all machines, for commands. Modules are loaded where machines share datasets. */
import { join } from "node:path";
import type { DatasetFetcher } from "../../runs/datasets/dataset_fetcher.ts";
import { isShared } from "../../runs/paths.ts";

/** The folder of this machine, and the location of checkpoints. */
export interface SharedConfig {
  readonly home: string;
  readonly checkpoints: string;
}

/**
 * Does something with the datasets of all machines.
 *
 * @param use receives undefined where machines share none
 * @throws {CheckpointError} if the store of checkpoints cannot be used
 */
export async function withSharedDatasets<T>(
  config: SharedConfig,
  use: (shared: DatasetFetcher | undefined) => Promise<T>,
): Promise<T> {
  if (!isShared(config)) return await use(undefined);
  const [{ openCheckpointStore }, { createDatasetFetcher }] = await Promise.all([
    import("../../runs/checkpoints/open.ts"),
    import("../../runs/datasets/dataset_fetcher.ts"),
  ]);
  const store = await openCheckpointStore(config.checkpoints);
  try {
    return await use(createDatasetFetcher({
      dataFolder: join(config.home, "data"),
      checkpoints: () => Promise.resolve(store),
    }));
  } finally {
    store.close();
  }
}
