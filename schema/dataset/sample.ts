/** type Sample, type SampleConnection, type SampleEdge */
import { datasetNames, datasetTitle } from "../../data/catalog.ts";
import type { ImageDataset } from "../../data/dataset.ts";
import { resize } from "../../data/images/resize.ts";
import { type ImageSample, sampleAt } from "../../data/samples.ts";
import { pngDataUri } from "../../pictures/sample_png.ts";
import { builder } from "../base/builder.ts";
import { COST } from "../base/cost.ts";
import type { Theme as ThemeName } from "../../pictures/palette.ts";
import { type SamplePicture, samplesSvg } from "../../pictures/samples_svg.ts";
import { describe } from "./find_dataset.ts";
import { badInput } from "../base/errors.ts";
import { Picture, Theme } from "../base/picture.ts";

/** A sample with the dataset that it belongs to. */
export interface SampleShape extends ImageSample {
  readonly dataset: ImageDataset;
}

/** The sample at a place in a dataset. */
export function toSample(dataset: ImageDataset, index: number): SampleShape {
  return { ...sampleAt(dataset, index), dataset };
}

export const Sample = builder.node(builder.objectRef<SampleShape>("Sample"), {
  description: "Labelled image of a dataset.",
  id: {
    resolve: ({ dataset, index }) => `${dataset.name}:${dataset.split}:${index}`,
    description: "ID of the sample.",
  },
  loadWithoutCache: async (id, context) => {
    const [, name, split, place] = /^(.+):(train|test):(0|[1-9]\d{0,8})$/.exec(id) ?? [];
    if (name === undefined || (split !== "train" && split !== "test")) return null;
    const info = await describe(name, context);
    if (!info) return null;
    const dataset = await context.datasets.open(info.reference, split);
    const index = Number(place);
    return "images" in dataset && index < dataset.count ? toSample(dataset, index) : null;
  },
  fields: (t) => ({
    index: t.exposeInt("index", { description: "Index in the dataset, from 0." }),
    label: t.exposeInt("label", { description: "Label: the index of its class, from 0." }),
    className: t.string({ description: "Name of its class.", resolve: classNameOf }),
    pixels: t.intList({
      description:
        "Pixels from 0 (black) to 255 (white), in row-major order: [height, width], or [height, width, 3] for RGB.",
      complexity: COST.pixels,
      resolve: ({ pixels }) => [...pixels],
    }),
    image: t.string({
      description: "Image as a PNG data URI, for an <img>.",
      complexity: COST.image,
      resolve: ({ pixels, dataset: { imageShape: [height, width, channels] } }) =>
        pngDataUri(pixels, height, width, channels),
    }),
  }),
});

/** The name of a sample's class. */
export function classNameOf({ dataset, label }: SampleShape): string {
  return dataset.classes[label] ?? String(label);
}

/** More would make a PNG that no viewer opens gladly. */
const MAX_DRAWN = 200;

/** The largest side of a sample in a picture, in pixels: twice that of its place. */
const MAX_DRAWN_SIDE = 144;

/** Returns whether a dataset's light pixels are ink, as in those of handwriting and clothes. */
export function isWriting({ name }: Pick<ImageDataset, "name">): boolean {
  return datasetNames.some((known) => known === name);
}

/** Returns a sample as it is drawn in a picture: smaller if it is large. */
function toPicture(sample: SampleShape): SamplePicture {
  const { dataset: { imageShape }, pixels } = sample;
  const [height, width] = drawnShape(imageShape);
  const shown = resize({ shape: imageShape, pixels }, height, width).pixels;
  return { pixels: shown, label: classNameOf(sample) };
}

function drawnShape([height, width, channels]: ImageDataset["imageShape"]) {
  const scale = Math.min(1, MAX_DRAWN_SIDE / Math.max(height, width));
  const scaled = (side: number) => Math.max(1, Math.round(side * scale));
  return [scaled(height), scaled(width), channels] as const;
}

/**
 * Draws samples with their labels, ten in a row.
 *
 * @param argument the argument that said how many samples there are
 * @throws {GraphQLError} BAD_USER_INPUT if they are too many
 */
export function drawSamples(
  samples: readonly SampleShape[],
  argument: string,
  theme: ThemeName,
): { readonly svg: string } {
  if (samples.length > MAX_DRAWN) {
    throw badInput(
      `Cannot draw ${samples.length} samples: ${argument} must be at most ${MAX_DRAWN} for a picture.`,
      [argument],
    );
  }
  const [first] = samples;
  if (!first) return { svg: samplesSvg([], { theme }) };
  const { name, split, imageShape } = first.dataset;
  return {
    svg: samplesSvg(samples.map(toPicture), {
      theme,
      imageShape: drawnShape(imageShape),
      isWriting: isWriting(first.dataset),
      title: `${datasetTitle(name)}, ${split === "train" ? "training" : "test"} set`,
    }),
  };
}

export const SampleConnection = builder.connectionObject(
  {
    type: Sample,
    name: "SampleConnection",
    description: "Page of samples, in the dataset's order.",
    fields: (t) => ({
      picture: t.field({
        type: Picture,
        description: "Picture of the page's samples with labels, ten per row.",
        complexity: COST.picture,
        args: {
          theme: t.arg({
            type: Theme,
            defaultValue: "light",
            description: "Colour theme.",
          }),
        },
        resolve: async ({ edges }, { theme }) => {
          const samples = (await Array.fromAsync(await edges)).map((edge) => edge.node);
          return drawSamples(samples, "first", theme ?? "light");
        },
      }),
    }),
  },
  { name: "SampleEdge", description: "Sample with its cursor." },
);
