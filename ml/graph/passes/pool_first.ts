/**
 * Pools before adding the bias and rectifying. Both keep the order of numbers, rounding included, so the
 * maximum may be taken first: the results are the same to the last bit, on a quarter of the data. So are the
 * gradients: a window whose elements are all rectified to 0 passes none on. (Where the bias's rounding makes
 * two elements equal, the larger one gets the gradient instead of the first.) Strides do not matter, nor does padding,
 * which is never the maximum.
 */
import { biasAdd, relu } from "../ops/dense.ts";
import { maxPool2dOp } from "../ops/image.ts";
import type { RewriteRule } from "../rewrite.ts";
import { apply, type Tensor } from "../tensor.ts";

/** Moves a bias or a ReLU behind the max pooling that follows it. */
export const poolFirst: RewriteRule = (node) => {
  if (node.kind !== "maxPool2d") return undefined;
  const [x] = node.inputs;
  const pool = (before: Tensor) => apply(maxPool2dOp, [before], node.attributes);
  if (x?.kind === "relu") {
    const [before] = x.inputs;
    return before && relu(pool(before));
  }
  if (x?.kind === "biasAdd") {
    const [before, bias] = x.inputs;
    return before && bias && biasAdd(pool(before), bias);
  }
  return undefined;
};
