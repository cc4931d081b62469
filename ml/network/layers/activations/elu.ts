/** Exponential linear unit: x above 0, else alpha * (exp(x) - 1). */
import { elu } from "../../../graph/ops/activations.ts";
import { add, multiply, subtract } from "../../../graph/ops/arithmetic.ts";
import { relu } from "../../../graph/ops/dense.ts";
import { constant } from "../../../graph/ops/sources.ts";
import { number } from "../../../options/option.ts";
import { defineLayer } from "../../layer.ts";

export const eluLayer = defineLayer({
  kind: "elu",
  torchName: "ELU",
  description: "x above 0, else alpha * (exp(x) - 1).",
  options: { alpha: number({ default: 1, description: "limit far below 0, negated" }) },
  infer: (_layer, input) => ({ output: input }),
  build({ alpha }, x) {
    if (alpha === 1) return elu(x);
    const positive = relu(x);
    return add(positive, multiply(subtract(elu(x), positive), constant(alpha)));
  },
});
