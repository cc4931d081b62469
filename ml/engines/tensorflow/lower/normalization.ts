/** Batch normalisation in TensorFlow: one fused kernel forward and one back, whose outputs several tensors are. */
import type { Tensor } from "../../../graph/tensor.ts";
import type { Attributes } from "../graph_def.ts";
import { FLOAT, type LoweringContext, type LowerTable, NHWC } from "./context.ts";

export const NORMALIZATION: LowerTable<
  | "batchNorm"
  | "batchMean"
  | "batchVariance"
  | "batchNormInputGradient"
  | "batchNormScaleGradient"
  | "batchNormOffsetGradient"
> = {
  batchNorm: (tensor, context) => forward(tensor.inputs, tensor.attributes.epsilon, context),
  batchMean: (tensor, context) => `${forward(tensor.inputs, tensor.attributes.epsilon, context)}:1`,
  batchVariance: (tensor, context) =>
    `${forward(tensor.inputs, tensor.attributes.epsilon, context)}:2`,
  batchNormInputGradient: (tensor, context) => backward(tensor, context),
  batchNormScaleGradient: (tensor, context) => `${backward(tensor, context)}:1`,
  batchNormOffsetGradient: (tensor, context) => `${backward(tensor, context)}:2`,
};

/** Returns the node of a normalised batch, its mean and its variance, and what the gradient needs. */
function forward(
  inputs: readonly Tensor[],
  epsilon: number,
  { writer, node, shared, float32s }: LoweringContext,
): string {
  return shared(`FusedBatchNormV3 ${epsilon}`, inputs, () => {
    const unused = float32s([]);
    return writer.add("FusedBatchNormV3", [...inputs.map(node), unused, unused], {
      ...attributes(epsilon),
      exponential_avg_factor: { float: 1 },
    });
  });
}

/** Returns the node of the gradients of the input, the scale and the offset. */
function backward(
  { inputs, attributes: { epsilon } }: Tensor & {
    readonly attributes: { readonly epsilon: number };
  },
  context: LoweringContext,
): string {
  const { writer, node, shared } = context;
  const [x, scale, offset, dy] = inputs;
  if (!x || !scale || !offset || !dy) {
    throw new RangeError("Cannot lower the gradient of a batch norm: an input is missing.");
  }
  return shared(`FusedBatchNormGradV3 ${epsilon}`, inputs, () => {
    const normalized = forward([x, scale, offset], epsilon, context);
    const kept = [3, 4, 5].map((output) => `${normalized}:${output}`);
    return writer.add(
      "FusedBatchNormGradV3",
      [node(dy), node(x), node(scale), ...kept],
      attributes(epsilon),
    );
  });
}

function attributes(epsilon: number): Attributes {
  return {
    ...FLOAT,
    ...NHWC,
    U: { type: "float32" },
    epsilon: { float: epsilon },
    is_training: { bool: true },
  };
}
