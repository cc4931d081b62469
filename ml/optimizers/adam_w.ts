/** AdamW (Loshchilov and Hutter, 2019): Adam whose weight decay does not pass through the moments. */
import { multiply, subtract } from "../graph/ops/arithmetic.ts";
import { constant } from "../graph/ops/sources.ts";
import { ADAM_OPTIONS, adamRule, adamStateNames, AMSGRAD, describeAdam } from "./adam_rule.ts";
import { defineOptimizer, weightDecay } from "./optimizer.ts";

export const adamW = defineOptimizer({
  kind: "adamW",
  displayName: "AdamW",
  description:
    "AdamW (Loshchilov and Hutter, 2019): Adam with weight decay apart from the gradient.",
  options: { ...ADAM_OPTIONS, weightDecay: weightDecay(0.01), amsgrad: AMSGRAD },
  describe: describeAdam,
  stateNames: adamStateNames,
  momentumOption: "beta1",
  rule(settings, inputs) {
    const rule = adamRule(settings, inputs);
    const { weightDecay } = settings;
    const kept = subtract(constant(1), multiply(inputs.learningRate, constant(weightDecay)));
    return (weight, gradient, state) =>
      rule(weightDecay === 0 ? weight : multiply(kept, weight), gradient, state);
  },
});
