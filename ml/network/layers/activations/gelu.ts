/** Gaussian error linear unit: x times the normal distribution's cumulative function, or its tanh approximation. */
import { tanh } from "../../../graph/ops/activations.ts";
import { add, multiply } from "../../../graph/ops/arithmetic.ts";
import { erf } from "../../../graph/ops/functions.ts";
import { constant } from "../../../graph/ops/sources.ts";
import type { Tensor } from "../../../graph/tensor.ts";
import { flag } from "../../../options/option.ts";
import { defineLayer } from "../../layer.ts";

export const geluLayer = defineLayer({
  kind: "gelu",
  torchName: "GELU",
  description: "x times the normal distribution's cumulative function.",
  options: {
    approximate: flag({ default: false, description: "PyTorch's approximation by tanh" }),
  },
  infer: (_layer, input) => ({ output: input }),
  build({ approximate }, x) {
    const half = multiply(x, constant(0.5));
    return multiply(half, add(approximate ? approximation(x) : exact(x), constant(1)));
  },
});

function exact(x: Tensor): Tensor {
  return erf(multiply(x, constant(Math.SQRT1_2)));
}

/** tanh(sqrt(2 / pi) * (x + 0.044715 x³)) */
function approximation(x: Tensor): Tensor {
  const cubic = multiply(multiply(x, multiply(x, x)), constant(0.044715));
  return tanh(multiply(add(x, cubic), constant(Math.sqrt(2 / Math.PI))));
}
