/** First trainings of datasets: after a handful of steps no network has learned, and small data get enough of them. */
import type { Preset } from "../network/presets.ts";
import { OWN_NETWORK } from "./resolve.ts";

/** Steps before which neither accuracy nor the running averages of batch norm say much. */
export const ENOUGH_STEPS = 100;

/** The smallest batch that batch norm averages well. */
const SMALLEST_BATCH = 16;
/** Steps of an epoch below which batches are made smaller. */
const STEPS_PER_EPOCH = ENOUGH_STEPS / OWN_NETWORK.epochs;

/** Returns the batch size and the epochs that give a dataset of this many training samples enough steps. */
export function enoughSteps(
  trainSamples: number,
): { readonly batchSize: number; readonly epochs: number } {
  let batchSize: number = OWN_NETWORK.batchSize;
  while (batchSize > SMALLEST_BATCH && trainSamples / batchSize < STEPS_PER_EPOCH) batchSize /= 2;
  const perEpoch = Math.max(1, Math.ceil(trainSamples / batchSize));
  return { batchSize, epochs: Math.max(OWN_NETWORK.epochs, Math.ceil(ENOUGH_STEPS / perEpoch)) };
}

/** The settings of a training that learns, however few samples there are. Absent ones have their default. */
export interface FirstTraining {
  readonly preset: Preset;
  readonly learningRate?: number;
  readonly batchSize?: number;
  readonly epochs?: number;
}

/** Suggests the first training on a dataset. */
export function firstTraining(kind: "images" | "features", trainSamples: number): FirstTraining {
  const { batchSize, epochs } = enoughSteps(trainSamples);
  const isSmall = batchSize < OWN_NETWORK.batchSize || epochs > OWN_NETWORK.epochs;
  const steps = isSmall ? { batchSize, epochs } : {};
  // Plain SGD is slow at the default learning rate, but for networks with batch norm, which few images need.
  if (kind === "images" && isSmall) return { preset: "RESNET_SMALL", ...steps };
  return { preset: kind === "images" ? "LENET" : "MLP", learningRate: 0.1, ...steps };
}
