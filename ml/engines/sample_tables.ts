/** The tables of samples that engines keep. Images are cut to what a network reads: no engine need hold more. */
import { type LabelledDataset, sampleShape, valuesOf } from "../../data/dataset.ts";
import { elementCount, type Shape } from "../graph/tensor.ts";
import { windowOf } from "../training/step.ts";
import type { TrainingPlan } from "./engine.ts";

/** A table: uint8 [count, height, width, channels] of images, float32 [count, features] of vectors. */
export interface SampleTable {
  readonly shape: Shape;
  readonly dtype: "uint8" | "float32";
}

/** The tables of both sets. */
export type SampleTables = Readonly<Record<"train" | "test", SampleTable>>;

/** Returns the tables of a training. Augmentations move pixels into the network's part from outside of it. */
export function sampleTables(
  { network, train, test, augmentation = [] }: TrainingPlan,
): SampleTables {
  const shape = sampleShape(train);
  if (shape.length === 1) {
    const table = ({ count }: LabelledDataset): SampleTable => (
      { shape: [count, ...shape], dtype: "float32" }
    );
    return { train: table(train), test: table(test) };
  }
  const [height, width, channels] = shape;
  const read = windowOf(network);
  const seen = augmentation.length === 0 ? read : [height, width] as const;
  return {
    train: { shape: [train.count, ...seen, channels], dtype: "uint8" },
    test: { shape: [test.count, ...read, channels], dtype: "uint8" },
  };
}

/** Returns the values of a dataset as its table has them. */
export function tableValues(
  dataset: LabelledDataset,
  { shape }: SampleTable,
): Uint8Array | Float32Array {
  const values = valuesOf(dataset);
  if (values.length === elementCount(shape) || !("images" in dataset)) return values;
  const [, height = 0, width = 0, channels = 0] = shape;
  const [fullHeight, fullWidth] = dataset.imageShape;
  const row = width * channels;
  const fullRow = fullWidth * channels;
  const fullImage = fullHeight * fullRow;
  const cut = new Uint8Array(elementCount(shape));
  let at = 0;
  for (let sample = 0; sample < dataset.count; sample++) {
    for (let y = 0; y < height; y++) {
      const from = sample * fullImage + y * fullRow;
      for (let x = 0; x < row; x++) cut[at++] = dataset.images[from + x] ?? 0;
    }
  }
  return cut;
}
