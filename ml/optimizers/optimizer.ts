/** The contract of an optimizer. An optimizer is one file that defines everything about it, and a line in optimizers.ts. */
import type { Tensor } from "../graph/tensor.ts";

/** The fields that all optimizers share. The learning rate is a field of the training spec. */
export interface OptimizerBase {
  readonly kind: string;
}

/** The inputs of a step's updates that do not depend on the weight. */
export interface UpdateInputs {
  /** float32 [] */
  readonly learningRate: Tensor;
  /** The step's number, from 1, int32 []. */
  readonly step: Tensor;
}

/** Computes the next values of one weight and its state, in the order of stateNames(). */
export type UpdateRule = (
  weight: Tensor,
  gradient: Tensor,
  state: readonly Tensor[],
) => { readonly weight: Tensor; readonly state: readonly Tensor[] };

/** The definition of an optimizer. */
export interface OptimizerDefinition<O extends OptimizerBase> {
  readonly kind: O["kind"];
  /** The name in words: 'SGD'. */
  readonly displayName: string;
  /** Checks of the optimizer's own fields, for optimizers that were read from a file. */
  readonly settings: {
    readonly [Name in Exclude<keyof O, keyof OptimizerBase>]: (value: unknown) => boolean;
  };
  /** Describes the settings that are worth a mention: ['momentum 0.5']. */
  describe(optimizer: O): readonly string[];
  /** Names the arrays kept for each weight, as PyTorch does: ['exp_avg', 'exp_avg_sq']. They start at 0. */
  stateNames(optimizer: O): readonly string[];
  /** Builds what the updates of all weights share, and returns the rule for one weight. */
  rule(optimizer: O, inputs: UpdateInputs): UpdateRule;
}

/** Checks a setting that is at least 0 and below 1. */
export function isFraction(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value < 1;
}

/** Checks a setting that is above 0. */
export function isPositive(value: unknown): boolean {
  return typeof value === "number" && value > 0 && value < Infinity;
}
