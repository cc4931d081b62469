/**
 * The contract of an optimizer. An optimizer is one file that defines everything about it, and a line in optimizers.ts.
 */
import { add, multiply } from "../graph/ops/arithmetic.ts";
import { constant } from "../graph/ops/sources.ts";
import type { Tensor } from "../graph/tensor.ts";
import { number, type Options, type OptionValues } from "../options/option.ts";

/** The inputs of a step's updates that do not depend on the weight. */
export interface UpdateInputs {
  /** float32 [] */
  readonly learningRate: Tensor;
  /** The step's number, from 1, int32 []. */
  readonly step: Tensor;
  /** The momentum of this step, or Adam's beta1, float32 []; absent where it is the optimizer's own. */
  readonly momentum?: Tensor | undefined;
}

/** Computes the next values of one weight and its state, in the order of stateNames(). */
export type UpdateRule = (
  weight: Tensor,
  gradient: Tensor,
  state: readonly Tensor[],
) => { readonly weight: Tensor; readonly state: readonly Tensor[] };

/** The stored settings of an optimizer. */
export type OptimizerValue<Kind extends string, O extends Options> =
  & { readonly kind: Kind }
  & OptionValues<O>;

/** The definition of an optimizer. */
export interface OptimizerDefinition<Kind extends string = string, O extends Options = Options> {
  readonly kind: Kind;
  /** The name in words: 'SGD'. */
  readonly displayName: string;
  /** A sentence on it. */
  readonly description: string;
  readonly options: O;
  /** Describes the settings that are worth a mention: ['momentum 0.5']. */
  describe(optimizer: OptimizerValue<Kind, O>): readonly string[];
  /** Names the arrays kept for each weight, as PyTorch does: ['exp_avg', 'exp_avg_sq']. They start at 0. */
  stateNames(optimizer: OptimizerValue<Kind, O>): readonly string[];
  /** Names the option that a schedule of the momentum sets; absent if the optimizer has no momentum. */
  readonly momentumOption?: string;
  /** Returns an option whose value does not fit to the others; `rule` completes 'must be'. */
  conflict?(
    optimizer: OptimizerValue<Kind, O>,
  ): { readonly option: string; readonly rule: string } | undefined;
  /** Builds what the updates of all weights share, and returns the rule for one weight. */
  rule(optimizer: OptimizerValue<Kind, O>, inputs: UpdateInputs): UpdateRule;
}

/** Defines an optimizer: its options determine its type. */
export function defineOptimizer<const Kind extends string, const O extends Options>(
  definition: OptimizerDefinition<Kind, O>,
): OptimizerDefinition<Kind, O> {
  return definition;
}

/** Defines the option weightDecay. */
export function weightDecay<const Default extends number>(value: Default) {
  return number({
    default: value,
    description: "weight decay: the factor of the weights that is added to their gradients",
  });
}

/** Describes a weight decay that is worth a mention. */
export function describeDecay(weightDecay: number): readonly string[] {
  return weightDecay === 0 ? [] : [`weight decay ${weightDecay}`];
}

/** Adds a weight's decay to its gradient. */
export function decayed(gradient: Tensor, weight: Tensor, weightDecay: number): Tensor {
  return weightDecay === 0 ? gradient : add(gradient, multiply(constant(weightDecay), weight));
}
