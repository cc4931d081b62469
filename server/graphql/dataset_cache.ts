/** Datasets that the API shows samples of: read at the first use, and dropped when idle. */
import type { LabelledDataset, Split } from "../../data/dataset.ts";
import type { Datasets } from "../../schema/base/context.ts";
import { DATASET_CACHE_MS } from "../timeouts.ts";

/** Reads a split of a dataset from disk. */
export type ReadDataset = (name: string, split: Split) => Promise<LabelledDataset>;

/** Datasets with timers that close() stops. */
export interface DatasetCache extends Datasets {
  close(): void;
}

type Timer = ReturnType<typeof setTimeout>;

/** Creates a cache that drops a split `idleMs` after its last use. */
export function createDatasetCache(read: ReadDataset, idleMs = DATASET_CACHE_MS): DatasetCache {
  const kept = new Map<
    string,
    { readonly data: Promise<LabelledDataset>; readonly timer: Timer }
  >();
  const drop = (key: string) => {
    clearTimeout(kept.get(key)?.timer);
    kept.delete(key);
  };
  return {
    open(name, split) {
      const key = `${name}/${split}`;
      const data = kept.get(key)?.data ?? read(name, split);
      drop(key);
      kept.set(key, { data, timer: setTimeout(() => kept.delete(key), idleMs) });
      // A missing file may exist at the next try.
      data.catch(() => drop(key));
      return data;
    },
    close() {
      for (const key of [...kept.keys()]) drop(key);
    },
  };
}
