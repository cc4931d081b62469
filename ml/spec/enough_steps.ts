/** Steps that a first training needs, and how small data get them: after a handful no network has learned. */

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
