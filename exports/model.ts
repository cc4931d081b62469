/** A trained model: all that an exported file holds. */
import type { Network } from "../ml/network/network.ts";
import type { StateArray } from "../ml/state.ts";
import type { Preprocessing } from "../data/images/preprocessing.ts";

/** A trained model. */
export interface TrainedModel {
  /** The run that trained it. */
  readonly run: { readonly id: string; readonly name: string };
  readonly network: Network;
  /** The weights and buffers, with PyTorch's names and layouts. */
  readonly weights: readonly StateArray[];
  /** 'name' or 'name@version' */
  readonly dataset: string;
  /** Names of the classes, by label. */
  readonly classes: readonly string[];
  /** The way of other images to the network's size; null where it is not known or the samples are no images. */
  readonly preprocessing: Preprocessing | null;
  /** The epoch of its last step, from 1. */
  readonly epoch: number;
  readonly step: number;
  /** Accuracy on the test set, 0 to 1; null within an epoch. */
  readonly testAcc: number | null;
}

/**
 * Finds the values of a weight or buffer.
 *
 * @throws {RangeError} if the model has none of the name
 */
export function weightOf({ weights, network }: TrainedModel, name: string): StateArray {
  const found = weights.find((array) => array.name === name);
  if (found) return found;
  throw new RangeError(`Cannot export ${network.name}: there is no array '${name}'.`);
}
