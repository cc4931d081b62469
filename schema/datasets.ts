/** Datasets for the API: each is read when it is first asked for and kept, for all clients together. */
import type { ImageDataset } from "../data/dataset.ts";
import { openDataset } from "../data/open.ts";
import type { Datasets } from "./context.ts";

/**
 * The datasets below a folder. One that cannot be read is tried again when it is next asked for.
 *
 * @param read reads a split; for tests
 */
export function sharedDatasets(folder: string, read: typeof openDataset = openDataset): Datasets {
  const opened = new Map<string, Promise<ImageDataset>>();
  return {
    open(name, split) {
      const key = `${name}:${split}`;
      const known = opened.get(key);
      if (known) return known;
      const reading = read(name, split, folder);
      opened.set(key, reading);
      reading.catch(() => opened.delete(key));
      return reading;
    },
  };
}
