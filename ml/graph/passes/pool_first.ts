/**
 * Pools before adding the bias and rectifying. Both keep the order of numbers, rounding included, so the
 * maximum may be taken first: the results are the same to the last bit, on a quarter of the data. So are the
 * gradients: a window whose elements are all rectified to 0 passes none on. (Where the bias's rounding makes
 * two elements equal, the larger one gets the gradient instead of the first.)
 */
import { biasAdd, relu } from "../ops/dense.ts";
import { maxPool2d } from "../ops/image.ts";
import type { RewriteRule } from "../rewrite.ts";

export const poolFirst: RewriteRule = (node) => {
  if (node.kind !== "maxPool2d") return undefined;
  const [x] = node.inputs;
  const { size } = node.attributes;
  if (x?.kind === "relu") {
    const [before] = x.inputs;
    return before && relu(maxPool2d(before, size));
  }
  if (x?.kind === "biasAdd") {
    const [before, bias] = x.inputs;
    return before && bias && biasAdd(maxPool2d(before, size), bias);
  }
  return undefined;
};
