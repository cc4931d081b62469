/** Datasets of other machines for those who read them beside workers: servers, and commands in a terminal. */
import { LRUCache } from "lru-cache";
import type { DatasetInfo } from "../../data/catalog.ts";
import type { DatasetManifest } from "../../data/imported/manifest.ts";
import { readImported } from "../../data/imported/read.ts";
import { isDatasetName, isVersion, parseReference } from "../../data/reference.ts";
import { infoOf } from "../../data/storage/describe.ts";
import { CheckpointError } from "../../ml/checkpoint/error.ts";
import type { CheckpointStore } from "../checkpoints/store.ts";
import { SHARED_DATASET_CACHE_MS } from "../timeouts.ts";
import { fetchDataset } from "./shared_datasets.ts";
import { openSharedIndex, type SharedListing } from "./shared_index.ts";

/**
 * The datasets beside the checkpoints, whichever machine has imported them. Its methods throw CheckpointError if the
 * store cannot be used.
 */
export interface DatasetFetcher {
  /**
   * Lists the manifests of all datasets, by name. While the store cannot be used, it lists those that were there
   * before.
   */
  list(): Promise<readonly DatasetManifest[]>;
  /**
   * Finds the manifest of a dataset.
   *
   * @param reference its name, or name@version
   */
  find(reference: string): Promise<DatasetManifest | undefined>;
  /**
   * Describes a dataset without fetching its samples.
   *
   * @param reference its name, or name@version
   * @returns undefined if nobody has shared it
   */
  describe(reference: string): Promise<DatasetInfo | undefined>;
  /**
   * Brings a dataset to this machine, once for all who ask for it at the same time. Nothing happens if nobody has
   * shared it.
   *
   * @param reference name@version
   * @throws {DatasetError} if this machine has another dataset of its name
   */
  fetch(reference: string): Promise<void>;
  /** Deletes a dataset for all machines, whose copies are removed within seconds. */
  remove(manifest: DatasetManifest): Promise<void>;
}

/** Options of createDatasetFetcher(). */
export interface DatasetFetcherOptions {
  readonly dataFolder: string;
  /** Opens the store when it is needed. */
  readonly checkpoints: () => Promise<CheckpointStore>;
}

/** Creates a fetcher. */
export function createDatasetFetcher(options: DatasetFetcherOptions): DatasetFetcher {
  const { dataFolder, checkpoints } = options;
  const index = openSharedIndex(options);
  // Pages and lists of runs ask for theirs again and again.
  const listings = new LRUCache<"now", Promise<SharedListing>>({
    max: 1,
    ttl: SHARED_DATASET_CACHE_MS,
  });
  let lastList: readonly DatasetManifest[] = [];
  const fetching = new Map<string, Promise<void>>();
  const { signal } = new AbortController();

  function listing(): Promise<SharedListing> {
    const known = listings.get("now");
    if (known) return known;
    const now = index.list();
    listings.set("now", now);
    now.catch(() => listings.delete("now"));
    return now;
  }

  async function find(reference: string): Promise<DatasetManifest | undefined> {
    const { name, version } = parseReference(reference);
    if (!isDatasetName(name) || version !== undefined && !isVersion(reference)) return undefined;
    return await index.find(await listing(), name, version);
  }

  async function fetch(reference: string): Promise<void> {
    // Most are here: then the store need not be opened.
    if (await readImported(reference, dataFolder)) return;
    const work = fetchDataset(reference, dataFolder, await checkpoints(), signal);
    await work.catch((error) => {
      if (!(error instanceof CheckpointError && error.kind === "missing")) throw error;
    });
  }

  return {
    find,
    async list() {
      try {
        return lastList = await index.manifests(await listing());
      } catch (error) {
        if (error instanceof CheckpointError) return lastList;
        throw error;
      }
    },
    async describe(reference) {
      const manifest = await find(reference);
      return manifest && infoOf(manifest);
    },
    async fetch(reference) {
      if (!isVersion(reference)) return;
      const current = fetching.get(reference) ??
        fetch(reference).finally(() => fetching.delete(reference));
      fetching.set(reference, current);
      await current;
    },
    async remove(manifest) {
      try {
        await index.remove(manifest);
      } finally {
        listings.clear();
      }
    },
  };
}
