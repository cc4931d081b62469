/**
 * The datasets that the API shows samples of: read when first asked for, and let go again when nobody has asked
 * for a while, as a training set takes more memory than the rest of the server.
 */
import type { ImageDataset, Split } from "../../data/dataset.ts";
import type { Datasets } from "../../schema/base/context.ts";
import { DATASET_CACHE_MS } from "../timeouts.ts";

/** Reads a split from disk. */
export type ReadDataset = (name: string, split: Split) => Promise<ImageDataset>;

/** Datasets that can be let go of. */
export interface DatasetCache extends Datasets {
  close(): void;
}

type Timer = ReturnType<typeof setTimeout>;

/** Keeps what was read for a minute after it was last asked for. */
export function createDatasetCache(read: ReadDataset, keptMs = DATASET_CACHE_MS): DatasetCache {
  const kept = new Map<string, { readonly data: Promise<ImageDataset>; readonly timer: Timer }>();
  const forget = (key: string) => {
    clearTimeout(kept.get(key)?.timer);
    kept.delete(key);
  };
  return {
    open(name, split) {
      const key = `${name}/${split}`;
      const data = kept.get(key)?.data ?? read(name, split);
      forget(key);
      kept.set(key, { data, timer: setTimeout(() => kept.delete(key), keptMs) });
      // A file that was missing may be there at the next try.
      data.catch(() => forget(key));
      return data;
    },
    close() {
      for (const key of [...kept.keys()]) forget(key);
    },
  };
}
