/**
 * Types of datasets. Engines use labelled images of one size, stored as the published bytes. The DataLoader uses
 * anything that returns samples, by index or in order.
 */

/** Part of a dataset: the training set or the test set. */
export type Split = "train" | "test";

/** Labelled images in memory. The engines copy the bytes to the device once and index into them. */
export interface ImageDataset {
  /** The set's name: 'mnist'. */
  readonly name: string;
  readonly split: Split;
  /** Pixels 0..255, row-major [count, height, width, channels]. */
  readonly images: Uint8Array;
  /** Class numbers, [count]. */
  readonly labels: Uint8Array | Int32Array;
  /** Number of samples. */
  readonly count: number;
  /** [height, width, channels] of one image. */
  readonly imageShape: readonly [height: number, width: number, channels: number];
  /** Names of the classes, by label. */
  readonly classes: readonly string[];
}

/** Returns the first `count` samples of a set, sharing its memory. */
export function takeFirst(dataset: ImageDataset, count: number): ImageDataset {
  if (!Number.isInteger(count) || count < 1 || count > dataset.count) {
    throw new RangeError(
      `Cannot take ${count} samples of ${dataset.name} (${dataset.split}): ` +
        `the number must be between 1 and ${dataset.count}.`,
    );
  }
  const [height, width, channels] = dataset.imageShape;
  return {
    ...dataset,
    count,
    images: dataset.images.subarray(0, count * height * width * channels),
    labels: dataset.labels.subarray(0, count),
  };
}

/**
 * A map-style dataset, as in PyTorch: samples by index, such as an array. `at` returns
 * undefined past the end. It also receives the epoch, so that samples depend only on the epoch and the index, not
 * on the thread or the time.
 */
export interface MapDataset<Sample> {
  /** Number of samples. */
  readonly length: number;
  at(index: number, epoch: number): Sample | undefined | Promise<Sample | undefined>;
}

/** An iterable-style dataset: samples in an order of its own. Its length may be unknown. */
export type IterableDataset<Sample> = (AsyncIterable<Sample> | Iterable<Sample>) & {
  readonly length?: number;
};
