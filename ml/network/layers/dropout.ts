/** Dropout: in training, zeroes single values with probability `rate` and scales the rest by 1/(1-rate). */
import { MAX_SEED, streamKey } from "../../../data/random.ts";
import { multiply } from "../../graph/ops/arithmetic.ts";
import { sliceRows } from "../../graph/ops/data.ts";
import { dropoutMask } from "../../graph/ops/sources.ts";
import { type Shape, sizeAt, type Tensor } from "../../graph/tensor.ts";
import { isRate, type LayerBase, type LayerContext, type LayerDefinition } from "../layer.ts";

export interface DropoutLayer extends LayerBase {
  readonly kind: "dropout";
  readonly rate: number;
}

export const dropoutLayer: LayerDefinition<DropoutLayer> = {
  kind: "dropout",
  torchName: "Dropout",
  attributes: { rate: isRate },
  infer: (_layer, input) => ({ output: input }),
  build: ({ rate }, x, context) => drop(x, rate, x.shape.slice(1), context),
};

/**
 * Drops values of a batch in training mode.
 *
 * @param maskShape the shape of one sample's mask; axes of size 1 are dropped as a whole
 */
export function drop(
  x: Tensor,
  rate: number,
  maskShape: Shape,
  { position, training }: LayerContext,
): Tensor {
  if (!training) return x;
  const { seed, step, batchSize, begin } = training;
  const key = streamKey(seed, "dropout", position) & MAX_SEED;
  const mask = dropoutMask(step, [batchSize, ...maskShape], rate, key);
  return multiply(x, sliceRows(mask, begin, sizeAt(x.shape, 0)));
}
