/** type SampleBatch */
import type { ImageDataset } from "../../data/dataset.ts";
import type { Tensor } from "../../data/tensor.ts";
import { builder } from "../base/builder.ts";
import { COST } from "../base/cost.ts";
import { drawSamples } from "./draw_samples.ts";
import { Picture } from "../base/picture.ts";
import { Sample, toSample } from "./sample.ts";
import { Theme } from "../base/theme.ts";

/** A batch as the DataLoader gives it, and where it comes from. */
export interface SampleBatchShape {
  readonly dataset: ImageDataset;
  readonly number: number;
  /** How many batches its epoch has. */
  readonly batches: number;
  readonly images: Tensor<Float32Array>;
  /** Indices into the dataset. */
  readonly indices: readonly number[];
}

export const SampleBatch = builder.objectRef<SampleBatchShape>("SampleBatch").implement({
  description: "Samples put together as a network takes them, as the DataLoader gives them.",
  fields: (t) => ({
    number: t.exposeInt("number", { description: "Its number within the epoch, from 1." }),
    batches: t.exposeInt("batches", { description: "How many batches the epoch has." }),
    shape: t.intList({
      description: "The shape of the images together: [batch, channels, height, width].",
      resolve: ({ images }) => [...images.shape],
    }),
    values: t.floatList({
      description: "The images together, each value from 0 to 1, in the order of `shape`.",
      complexity: COST.values,
      resolve: ({ images }) => [...images.data],
    }),
    labels: t.intList({
      description: "The numbers of the samples' classes.",
      resolve: ({ dataset, indices }) => indices.map((index) => toSample(dataset, index).label),
    }),
    samples: t.field({
      type: [Sample],
      description: "The samples that it is made of, in its order.",
      resolve: ({ dataset, indices }) => indices.map((index) => toSample(dataset, index)),
    }),
    picture: t.field({
      type: Picture,
      description: "Its samples with their labels, drawn ten in a row.",
      complexity: COST.picture,
      args: {
        theme: t.arg({ type: Theme, defaultValue: "light", description: "The picture's colours." }),
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
