/**
 * Types of datasets. Engines use labelled images of one size, stored as the published bytes, or labelled vectors. The
 * DataLoader uses anything that returns samples, by index or in order.
 */

/** Part of a dataset: the training set or the test set. */
export type Split = "train" | "test";

/** Labels of samples, and what is known of them. */
interface LabelledSamples {
  /** The set's name: 'mnist'. */
  readonly name: string;
  readonly split: Split;
  /** Class numbers, [count]. */
  readonly labels: Uint8Array | Int32Array;
  /** Number of samples. */
  readonly count: number;
  /** Names of the classes, by label. */
  readonly classes: readonly string[];
}

/** Labelled images in memory. The engines copy the bytes to the device once and index into them. */
export interface ImageDataset extends LabelledSamples {
  /** Pixels 0..255, row-major [count, height, width, channels]. */
  readonly images: Uint8Array;
  /** [height, width, channels] of one image. */
  readonly imageShape: readonly [height: number, width: number, channels: number];
}

/** Labelled vectors in memory, such as the rows of a table. */
export interface VectorDataset extends LabelledSamples {
  /** Features, row-major [count, features]. */
  readonly vectors: Float32Array;
}

/** Samples that a network can be trained on. */
export type LabelledDataset = ImageDataset | VectorDataset;

/** Returns the values of all samples, one after the other. */
export function valuesOf(dataset: LabelledDataset): Uint8Array | Float32Array {
  return "images" in dataset ? dataset.images : dataset.vectors;
}

/** Returns the shape of a sample: [height, width, channels] of an image, [features] of a vector. */
export function sampleShape(dataset: LabelledDataset): SampleShape {
  return "images" in dataset ? dataset.imageShape : [dataset.vectors.length / dataset.count];
}

/** The shape of a sample. */
export type SampleShape =
  | readonly [height: number, width: number, channels: number]
  | readonly [features: number];

/** Returns the first `count` samples of a set, sharing its memory. */
export function takeFirst<Dataset extends LabelledDataset>(
  dataset: Dataset,
  count: number,
): Dataset {
  if (!Number.isInteger(count) || count < 1 || count > dataset.count) {
    throw new RangeError(
      `Cannot take ${count} samples of ${dataset.name} (${dataset.split}): ` +
        `the number must be between 1 and ${dataset.count}.`,
    );
  }
  const values = valuesOf(dataset);
  const taken = values.subarray(0, count * values.length / dataset.count);
  return {
    ...dataset,
    count,
    ...("images" in dataset ? { images: taken } : { vectors: taken }),
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
