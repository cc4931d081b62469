/**
 * Samples of an image dataset: by index, by label, and as a map-style dataset for a DataLoader.
 */
import type { ImageDataset, LabelledDataset, MapDataset } from "./dataset.ts";
import type { Image } from "./tensor.ts";
import { sampleContext, type Transform } from "./transforms/transforms.ts";

/** One sample. */
export interface ImageSample {
  readonly index: number;
  readonly label: number;
  /** 0..255, row-major [height, width, channels]; shares the dataset's memory. */
  readonly pixels: Uint8Array;
}

/**
 * One sample.
 *
 * @throws {RangeError} if there is no sample with this index
 */
export function sampleAt(dataset: ImageDataset, index: number): ImageSample {
  const label = dataset.labels[index];
  if (label === undefined) {
    throw new RangeError(
      `Cannot read sample ${index} of ${dataset.name} (${dataset.split}): ` +
        `the index must be between 0 and ${dataset.count - 1}.`,
    );
  }
  return { index, label, pixels: pixelsOf(dataset, index) };
}

const labelIndices = new WeakMap<LabelledDataset, readonly Int32Array[]>();

/**
 * Returns the indices of all samples with a label, ascending. They are cached and must not be modified.
 *
 * @throws {RangeError} if the label is not a class of the dataset
 */
export function labelIndex(dataset: LabelledDataset, label: number): Int32Array {
  let byLabel = labelIndices.get(dataset);
  if (byLabel === undefined) {
    byLabel = dataset.classes.map((_, wanted) => indicesOf(dataset.labels, wanted));
    labelIndices.set(dataset, byLabel);
  }
  const indices = byLabel[label];
  if (indices === undefined) {
    throw new RangeError(
      `Cannot find samples with label ${label}: label must be between 0 and ` +
        `${dataset.classes.length - 1}.`,
    );
  }
  return indices;
}

/** Transforms of a sample and its label. */
export interface SampleTransforms<Input, Target> {
  readonly transform?: Transform<Image, Input>;
  readonly targetTransform?: Transform<number, Target>;
}

/**
 * Returns an image dataset as samples for a DataLoader: pairs of image and label, after their transforms.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { DataLoader } from "./loader/loader.ts";
 * import { openDataset } from "./storage/open.ts";
 * import { ToTensor } from "./transforms/transforms.ts";
 *
 * const dataset = await openDataset("mnist", "test", ".epochql/data");
 * const test = imageSamples(dataset, { transform: ToTensor() });
 * for await (const [images, labels] of DataLoader(test, { batchSize: 1000 })) {
 *   assertEquals(images.shape[0], labels.shape[0]);
 * }
 * ```
 */
export function imageSamples<Input = Image, Target = number>(
  dataset: ImageDataset,
  transforms?: SampleTransforms<Input, Target>,
): MapDataset<readonly [input: Input, target: Target]> & {
  at(index: number, epoch?: number): readonly [input: Input, target: Target] | undefined;
};
export function imageSamples(
  dataset: ImageDataset,
  { transform, targetTransform }: SampleTransforms<unknown, unknown> = {},
) {
  return {
    length: dataset.count,
    at(index: number, epoch = 0): readonly [unknown, unknown] | undefined {
      const label = dataset.labels[index];
      if (label === undefined) return undefined;
      const image: Image = { shape: dataset.imageShape, pixels: pixelsOf(dataset, index) };
      const context = sampleContext(index, epoch);
      return [
        transform === undefined ? image : transform(image, context),
        targetTransform === undefined ? label : targetTransform(label, context),
      ];
    },
  };
}

function pixelsOf({ images, imageShape: [height, width, channels] }: ImageDataset, index: number) {
  const size = height * width * channels;
  return images.subarray(index * size, (index + 1) * size);
}

function indicesOf(labels: ImageDataset["labels"], wanted: number): Int32Array {
  const indices = new Int32Array(labels.length);
  let found = 0;
  labels.forEach((label, index) => {
    if (label === wanted) indices[found++] = index;
  });
  return indices.slice(0, found);
}
