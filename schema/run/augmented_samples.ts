/** The picture of training samples as a training sees them. */
import { datasetTitle } from "../../data/catalog.ts";
import { augmentInThread } from "../../ml/engines/wasm/augmentation_thread.ts";
import { elementCount } from "../../ml/graph/tensor.ts";
import type { SpecDraft } from "../../ml/spec/resolve.ts";
import { augmentedSvg } from "../../pictures/augmented_svg.ts";
import type { Theme } from "../../pictures/palette.ts";
import type { ApiContext } from "../base/context.ts";
import { imagesOf } from "../dataset/find_dataset.ts";
import { classNameOf, isWriting, toSample } from "../dataset/sample.ts";

/** The largest number of samples of a picture. */
const MAX_SAMPLES = 10;

/** The largest number of values of their pixels together. */
const MAX_VALUES = 2_000_000;

/** The seed of the example where the training's own is not drawn yet. */
const EXAMPLE_SEED = 0;

/** Options of the picture. */
export interface AugmentedSamplesOptions {
  /** From 1. */
  readonly epoch: number;
  readonly theme: Theme;
}

/** Draws the first training samples above what they become in an epoch. */
export async function drawAugmentedSamples(
  draft: SpecDraft,
  { epoch, theme }: AugmentedSamplesOptions,
  { datasets }: Pick<ApiContext, "datasets">,
): Promise<{ readonly svg: string }> {
  const dataset = imagesOf("show samples", await datasets.open(draft.dataset, "train"));
  const { imageShape } = dataset;
  const size = elementCount(imageShape);
  const fitting = Math.max(1, Math.floor(MAX_VALUES / size));
  const count = Math.min(MAX_SAMPLES, fitting, draft.trainSamples, dataset.count);
  const samples = Array.from({ length: count }, (_, index) => toSample(dataset, index));
  const { augmentation, seed } = draft;
  const augmented = await augmentInThread({
    plan: { augmentation, network: { inputShape: imageShape }, seed: seed ?? EXAMPLE_SEED },
    epoch,
    samples: Int32Array.from(samples, ({ index }) => index),
    // A copy: the dataset's memory is not sent along.
    images: dataset.images.slice(0, count * size),
  });
  const pictures = samples.map((sample) => ({ ...sample, label: classNameOf(sample) }));
  const title = `${datasetTitle(dataset.name)}, as epoch ${epoch} sees it`;
  const options = { imageShape, title, theme, isWriting: isWriting(dataset) };
  return { svg: augmentedSvg(pictures, augmented, options) };
}
