/** Dropout: in training, zeroes single values with probability `p` and scales the rest by 1/(1-p). */
import { MAX_SEED, streamKey } from "../../../data/random.ts";
import { multiply } from "../../graph/ops/arithmetic.ts";
import { sliceRows } from "../../graph/ops/data.ts";
import { dropoutMask } from "../../graph/ops/sources.ts";
import { type Shape, sizeAt, type Tensor } from "../../graph/tensor.ts";
import { fraction } from "../../options/option.ts";
import { defineLayer, type LayerContext } from "../layer.ts";

export const dropoutLayer = defineLayer({
  kind: "dropout",
  torchName: "Dropout",
  description: "Zeroes single values in training, and scales the rest by 1/(1-p).",
  options: { p: fraction({ default: 0.5, description: "probability of a value to be zeroed" }) },
  infer: (_layer, input) => ({ output: input }),
  build: ({ p }, x, context) => drop(x, p, x.shape.slice(1), context),
});

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
