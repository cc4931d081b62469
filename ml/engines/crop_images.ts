/** Images cut to what a network reads: no engine need hold more. */
import type { ImageDataset } from "../../data/dataset.ts";
import { elementCount, type ReceptiveField } from "../graph/tensor.ts";
import { windowOf } from "../training/step.ts";
import type { TrainingPlan } from "./engine.ts";

/** The parts of the images that the tables hold. */
export type TableWindows = Readonly<Record<"train" | "test", ReceptiveField>>;

/** Returns the parts of the images that are read: augmentations move pixels into the network's part from outside of it. */
export function tableWindows({ network, train, augmentation = [] }: TrainingPlan): TableWindows {
  const test = windowOf(network);
  const [height, width] = train.imageShape;
  return { train: augmentation.length === 0 ? test : [height, width], test };
}

/** Cuts a dataset's images to a window: bytes, [count, height, width, channels]. */
export function cropImages(dataset: ImageDataset, [height, width]: ReceptiveField): Uint8Array {
  const [fullHeight, fullWidth, channels] = dataset.imageShape;
  if (height === fullHeight && width === fullWidth) return dataset.images;
  const row = width * channels;
  const fullRow = fullWidth * channels;
  const fullImage = fullHeight * fullRow;
  const cut = new Uint8Array(dataset.count * elementCount([height, width, channels]));
  let at = 0;
  for (let sample = 0; sample < dataset.count; sample++) {
    for (let y = 0; y < height; y++) {
      const from = sample * fullImage + y * fullRow;
      for (let x = 0; x < row; x++) cut[at++] = dataset.images[from + x] ?? 0;
    }
  }
  return cut;
}
