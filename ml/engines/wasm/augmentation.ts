/** Augmented samples in WebAssembly: the draws and the graph of the training, for processes without native code. */
import * as tf from "@tensorflow/tfjs-core";
import { augment } from "../../augmentation/build.ts";
import { drawAugmentations, type DrawPlan } from "../../augmentation/draws.ts";
import { drawCount } from "../../augmentation/stages.ts";
import { placeholder } from "../../graph/ops/sources.ts";
import { evaluateGraph, valueOf } from "./lower.ts";
import { startWasm } from "./start.ts";

/** Samples to augment. */
export interface AugmentationRequest {
  readonly plan: DrawPlan;
  /** From 1. */
  readonly epoch: number;
  /** Indices into the training set. */
  readonly samples: Int32Array;
  /** Their pixels, 0 to 255, [samples, height, width, channels]. */
  readonly images: Uint8Array;
}

/** Augments samples as a training sees them in an epoch: pixels from 0 to 255, [samples, height, width, channels]. */
export async function augmentSamples(
  { plan, epoch, samples, images }: AugmentationRequest,
): Promise<Float32Array<ArrayBuffer>> {
  const { augmentation, network: { inputShape } } = plan;
  if (drawCount(augmentation) === 0) return Float32Array.from(images);
  await startWasm();
  const shape = [samples.length, ...inputShape];
  const drawn = [samples.length, drawCount(augmentation)];
  const output = augment(
    augmentation,
    placeholder("images", { shape, dtype: "float32" }),
    placeholder("draws", { shape: drawn, dtype: "float32" }),
  );
  return tf.tidy(() => {
    const placeholders = new Map([
      ["images", tf.tensor(Float32Array.from(images), shape)],
      ["draws", tf.tensor(drawAugmentations(plan, epoch, samples), drawn)],
    ]);
    const values = evaluateGraph([output], { variables: new Map(), placeholders });
    return Float32Array.from(valueOf(values, output).dataSync());
  });
}
