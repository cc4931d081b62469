/** The contract of a loss. A loss is one file and a line in losses.ts. */
import type { Tensor } from "../graph/tensor.ts";
import type { Options, OptionValues } from "../options/option.ts";

/** The stored settings of a loss. */
export type LossValue<Kind extends string, O extends Options> =
  & { readonly kind: Kind }
  & OptionValues<O>;

/** The definition of a loss. */
export interface LossDefinition<Kind extends string = string, O extends Options = Options> {
  readonly kind: Kind;
  /** The name of the PyTorch module: 'CrossEntropyLoss'. */
  readonly torchName: string;
  /** A sentence on it. */
  readonly description: string;
  readonly options: O;
  /**
   * Builds the losses of samples, in nats.
   *
   * @param output the network's output, [batch, classes]
   * @param labels int32 [batch]
   */
  build(loss: LossValue<Kind, O>, output: Tensor, labels: Tensor): SampleLosses;
}

/** The losses of some samples. Their mean is the sum of the losses divided by the sum of the weights. */
export interface SampleLosses {
  /** The loss of each sample, multiplied by its weight: [batch]. */
  readonly losses: Tensor;
  /** The weight of each sample, [batch]; null where all are 1. */
  readonly weights: Tensor | null;
}

/** Defines a loss: its options determine its type. */
export function defineLoss<const Kind extends string, const O extends Options>(
  definition: LossDefinition<Kind, O>,
): LossDefinition<Kind, O> {
  return definition;
}
