/**
 * The weights of the best epoch, which early stopping brings back at the end. Checkpoints on the way hold them beside
 * the current ones; the last checkpoint holds the best as its own, and those of the last epoch beside them.
 */
import type { StateArray } from "../state.ts";

/** The weights that a checkpoint may hold beside its state: arrays named 'best/conv1.weight'. */
export const KEPT_PARTS = ["best", "last"] as const;

/** A state as checkpoints hold it. */
export interface KeptState {
  /** Weights, buffers and optimizer state. */
  readonly state: readonly StateArray[];
  /** The weights and buffers of the best epoch, if they are to be brought back. */
  readonly best?: readonly StateArray[] | undefined;
  /** The weights and buffers of the last epoch, where `state` holds those of the best. */
  readonly last?: readonly StateArray[] | undefined;
}

/** Tells weights and buffers from the optimizer's state: 'conv1.weight' from 'conv1.weight/exp_avg'. */
export function isWeight({ name }: { readonly name: string }): boolean {
  return !name.includes("/");
}

/** Returns the weights and buffers of a state. */
export function weightsOf(state: readonly StateArray[]): readonly StateArray[] {
  return state.filter(isWeight);
}

/** Returns a state with other weights and buffers. */
export function withWeights(
  state: readonly StateArray[],
  weights: readonly StateArray[],
): readonly StateArray[] {
  const byName = new Map(weights.map((array) => [array.name, array]));
  return state.map((array) => byName.get(array.name) ?? array);
}

/** Brings the best weights back, at the end of a training. */
export function restoreBest({ state, best }: KeptState): KeptState {
  return best ? { state: withWeights(state, best), last: weightsOf(state) } : { state };
}

/** Returns the state from which a training goes on, also after its end. */
export function toContinue({ state, best, last }: KeptState): KeptState {
  return last ? { state: withWeights(state, last), best: weightsOf(state) } : { state, best };
}
