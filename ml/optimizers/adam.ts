/** Adam (Kingma and Ba, 2015). Weight decay is part of the gradient, as in PyTorch. */
import { ADAM_OPTIONS, adamRule, adamStateNames, AMSGRAD, describeAdam } from "./adam_rule.ts";
import { decayed, defineOptimizer, weightDecay } from "./optimizer.ts";

export const adam = defineOptimizer({
  kind: "adam",
  displayName: "Adam",
  description: "Adam (Kingma and Ba, 2015). Weight decay is added to the gradient.",
  options: { ...ADAM_OPTIONS, weightDecay: weightDecay(0), amsgrad: AMSGRAD },
  describe: describeAdam,
  stateNames: adamStateNames,
  momentumOption: "beta1",
  rule(settings, inputs) {
    const rule = adamRule(settings, inputs);
    return (weight, gradient, state) =>
      rule(weight, decayed(gradient, weight, settings.weightDecay), state);
  },
});
