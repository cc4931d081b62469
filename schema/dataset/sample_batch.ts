/** type SampleBatch */
import type { ImageDataset } from "../../data/dataset.ts";
import type { Tensor } from "../../data/tensor.ts";
import { builder } from "../base/builder.ts";
import { COST } from "../base/cost.ts";
import { Picture, Theme } from "../base/picture.ts";
import { drawSamples, Sample, toSample } from "./sample.ts";

/** A batch as the DataLoader gives it, and where it comes from. */
export interface SampleBatchShape {
  readonly dataset: ImageDataset;
  readonly number: number;
  /** The number of batches of its epoch. */
  readonly batches: number;
  readonly images: Tensor<Float32Array>;
  /** Indices into the dataset. */
  readonly indices: readonly number[];
}

export const SampleBatch = builder.objectRef<SampleBatchShape>("SampleBatch").implement({
  description: "Batch of samples from the DataLoader, as a network receives it.",
  fields: (t) => ({
    number: t.exposeInt("number", { description: "Number of the batch within the epoch, from 1." }),
    batches: t.exposeInt("batches", { description: "Number of batches in the epoch." }),
    shape: t.intList({
      description: "Shape of the batch: [batch, channels, height, width].",
      resolve: ({ images }) => [...images.shape],
    }),
    values: t.floatList({
      description: "Pixels of all images, 0 to 1, in row-major order of `shape`.",
      complexity: COST.values,
      resolve: ({ images }) => [...images.data],
    }),
    labels: t.intList({
      description: "Labels of the samples.",
      resolve: ({ dataset, indices }) => indices.map((index) => toSample(dataset, index).label),
    }),
    samples: t.field({
      type: [Sample],
      description: "Samples of the batch, in its order.",
      resolve: ({ dataset, indices }) => indices.map((index) => toSample(dataset, index)),
    }),
    picture: t.field({
      type: Picture,
      description: "Picture of its samples with labels, ten per row.",
      complexity: COST.picture,
      args: {
        theme: t.arg({ type: Theme, defaultValue: "light", description: "Colour theme." }),
      },
      resolve: ({ dataset, indices }, { theme }) =>
        drawSamples(
          indices.map((index) => toSample(dataset, index)),
          "batchSize",
          theme ?? "light",
        ),
    }),
  }),
});
