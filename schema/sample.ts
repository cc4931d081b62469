/** type Sample */
import type { ImageDataset } from "../data/dataset.ts";
import { pngDataUri } from "../pictures/grey_png.ts";
import type { SamplePicture } from "../pictures/samples_svg.ts";
import { builder } from "./builder.ts";

/** A sample is its place in a dataset that is in memory. */
export interface SampleShape {
  readonly dataset: ImageDataset;
  readonly index: number;
}

export const Sample = builder.node(builder.objectRef<SampleShape>("Sample"), {
  description: "One labelled image of a dataset.",
  id: {
    resolve: ({ dataset, index }) => `${dataset.name}:${dataset.split}:${index}`,
    description: "The sample's id.",
  },
  loadWithoutCache: async (id, { datasets }) => {
    const [, name, split, index] = /^(.+):(train|test):(0|[1-9]\d{0,8})$/.exec(id) ?? [];
    if (name === undefined || (split !== "train" && split !== "test")) return null;
    const dataset = await datasets.open(name, split);
    return Number(index) < dataset.count ? { dataset, index: Number(index) } : null;
  },
  fields: (t) => ({
    index: t.exposeInt("index", { description: "Its place in the dataset, from 0." }),
    label: t.int({ description: "The number of its class.", resolve: labelOf }),
    className: t.string({ description: "The name of its class.", resolve: classNameOf }),
    pixels: t.intList({
      description: "Grey values from 0 (black) to 255 (white), row by row.",
      resolve: (sample) => [...pixelsOf(sample)],
    }),
    image: t.string({
      description: "The image as a PNG file, a data URI for an <img>.",
      resolve: (sample) => {
        const [height, width] = sample.dataset.imageShape;
        return pngDataUri(pixelsOf(sample), height, width);
      },
    }),
  }),
});

/** What the picture of some samples shows of this one. */
export function toPicture(sample: SampleShape): SamplePicture {
  return { pixels: pixelsOf(sample), label: classNameOf(sample) };
}

function labelOf({ dataset, index }: SampleShape): number {
  return dataset.labels[index] ?? 0;
}

function classNameOf(sample: SampleShape): string {
  const label = labelOf(sample);
  return sample.dataset.classes[label] ?? String(label);
}

function pixelsOf({ dataset, index }: SampleShape): Uint8Array {
  const size = dataset.imageShape.reduce((product, side) => product * side, 1);
  return dataset.images.subarray(index * size, (index + 1) * size);
}
