/** Small datasets that need no download. */
import type { ImageDataset, Split } from "../../data/dataset.ts";
import type { Datasets } from "../../schema/base/context.ts";

/** Numbers of samples by default: enough for two pages of 20. */
export const SMALL: Readonly<Record<Split, number>> = { train: 50, test: 15 };

/** Creates a dataset of 2 x 2 images: sample i has the label i % 10, and its pixels start with i. */
export function smallDataset(name: string, split: Split, count = SMALL[split]): ImageDataset {
  return {
    name,
    split,
    count,
    images: Uint8Array.from({ length: count * 4 }, (_, at) => at % 4 === 0 ? at / 4 : 100),
    labels: Uint8Array.from({ length: count }, (_, index) => index % 10),
    imageShape: [2, 2, 1],
    classes: [..."0123456789"],
  };
}

/** Creates datasets by any name, each split with `count` samples. */
export function smallDatasets(count?: number): Datasets {
  return { open: (name, split) => Promise.resolve(smallDataset(name, split, count)) };
}
