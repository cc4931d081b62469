/** Datasets of other machines for those who read them beside workers: servers, and trainings in a terminal. */
import { LRUCache } from "lru-cache";
import type { DatasetInfo } from "../../data/catalog.ts";
import { readImported } from "../../data/imported/read.ts";
import { isVersion } from "../../data/reference.ts";
import { infoOf } from "../../data/storage/describe.ts";
import { CheckpointError } from "../../ml/checkpoint/error.ts";
import type { CheckpointStore } from "../checkpoints/store.ts";
import { SHARED_DATASET_CACHE_MS } from "../timeouts.ts";
import { fetchDataset, readSharedManifest } from "./shared_datasets.ts";

/** Number of descriptions that are cached. */
const MAX_DESCRIPTIONS = 100;

/** Fetches datasets that are beside the checkpoints and not on this machine. */
export interface DatasetFetcher {
  /**
   * Describes a dataset without fetching its samples.
   *
   * @param reference name@version
   * @returns undefined if nobody has shared it
   * @throws {CheckpointError} if the store cannot be read, or what it holds is damaged
   */
  describe(reference: string): Promise<DatasetInfo | undefined>;
  /**
   * Brings a dataset to this machine, once for all who ask for it at the same time. Nothing happens if nobody has shared it.
   *
   * @throws {CheckpointError} as describe()
   * @throws {DatasetError} if this machine has another dataset of its name
   */
  fetch(reference: string): Promise<void>;
}

/** Options of createDatasetFetcher(). */
export interface DatasetFetcherOptions {
  readonly dataFolder: string;
  /** Opens the store when it is needed. */
  readonly checkpoints: () => Promise<CheckpointStore>;
}

/** Creates a fetcher. */
export function createDatasetFetcher(
  { dataFolder, checkpoints }: DatasetFetcherOptions,
): DatasetFetcher {
  // Lists of runs ask for theirs again and again. A version never changes, but it may be shared or withdrawn.
  const described = new LRUCache<string, { readonly info: DatasetInfo | undefined }>({
    max: MAX_DESCRIPTIONS,
    ttl: SHARED_DATASET_CACHE_MS,
  });
  const fetching = new Map<string, Promise<void>>();
  const { signal } = new AbortController();

  async function fetch(reference: string): Promise<void> {
    // Most are here: then the store need not be opened.
    if (await readImported(reference, dataFolder)) return;
    await orMissing(fetchDataset(reference, dataFolder, await checkpoints(), signal));
  }

  return {
    async describe(reference) {
      if (!isVersion(reference)) return undefined;
      const known = described.get(reference);
      if (known) return known.info;
      const read = readSharedManifest(reference, dataFolder, await checkpoints());
      const manifest = await orMissing(read);
      const info = manifest && infoOf(manifest);
      described.set(reference, { info });
      return info;
    },
    async fetch(reference) {
      if (!isVersion(reference)) return;
      const current = fetching.get(reference) ??
        fetch(reference).finally(() => fetching.delete(reference));
      fetching.set(reference, current);
      await current;
    },
  };
}

/** Returns undefined where a store has no such file. */
async function orMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof CheckpointError && error.kind === "missing") return undefined;
    throw error;
  }
}
