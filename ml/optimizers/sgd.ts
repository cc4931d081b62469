/** Stochastic gradient descent, with or without momentum, as in PyTorch. */
import { add, multiply, subtract } from "../graph/ops/arithmetic.ts";
import { constant } from "../graph/ops/sources.ts";
import { fraction } from "../options/option.ts";
import { defineOptimizer } from "./optimizer.ts";

export const sgd = defineOptimizer({
  kind: "sgd",
  displayName: "SGD",
  description: "Stochastic gradient descent.",
  options: { momentum: fraction({ default: 0, description: "momentum" }) },
  describe: ({ momentum }) => momentum === 0 ? [] : [`momentum ${momentum}`],
  stateNames: ({ momentum }) => momentum === 0 ? [] : ["momentum_buffer"],
  rule: ({ momentum }, { learningRate }) => (weight, gradient, [velocity]) => {
    const direction = velocity ? add(multiply(constant(momentum), velocity), gradient) : gradient;
    return {
      weight: subtract(weight, multiply(learningRate, direction)),
      state: velocity ? [direction] : [],
    };
  },
});
