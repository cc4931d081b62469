/** RMSprop (Hinton, 2012) as in PyTorch: epsilon is added to the root, not under it. */
import { add, divide, multiply, sqrt, subtract } from "../graph/ops/arithmetic.ts";
import { maximum } from "../graph/ops/functions.ts";
import { constant } from "../graph/ops/sources.ts";
import type { Tensor } from "../graph/tensor.ts";
import { flag, fraction, number } from "../options/option.ts";
import { decayed, defineOptimizer, describeDecay, weightDecay } from "./optimizer.ts";

export const rmsProp = defineOptimizer({
  kind: "rmsProp",
  displayName: "RMSprop",
  description: "RMSprop (Hinton, 2012).",
  options: {
    alpha: fraction({ default: 0.99, description: "decay of the mean of squared gradients" }),
    eps: number({
      exclusiveMin: true,
      default: 1e-8,
      description: "term added to the denominator",
    }),
    momentum: fraction({ default: 0, description: "momentum" }),
    centered: flag({
      default: false,
      description: "whether to divide by an estimate of the gradient's variance",
    }),
    weightDecay: weightDecay(0),
  },
  describe: ({ momentum, centered, weightDecay }) => [
    ...(momentum === 0 ? [] : [`momentum ${momentum}`]),
    ...(centered ? ["centered"] : []),
    ...describeDecay(weightDecay),
  ],
  stateNames: ({ momentum, centered }) => [
    "square_avg",
    ...(momentum === 0 ? [] : ["momentum_buffer"]),
    ...(centered ? ["grad_avg"] : []),
  ],
  momentumOption: "momentum",
  rule({ alpha, eps, momentum, centered, weightDecay }, { learningRate, momentum: own }) {
    const runningMean = (mean: Tensor, x: Tensor) =>
      add(multiply(constant(alpha), mean), multiply(constant(1 - alpha), x));
    return (weight, gradient, state) => {
      const [meanOfSquares = gradient, ...others] = state;
      const [velocity, mean] = momentum === 0 ? [undefined, ...others] : others;
      const towards = decayed(gradient, weight, weightDecay);
      const squares = runningMean(meanOfSquares, multiply(towards, towards));
      const nextMean = centered && mean ? runningMean(mean, towards) : undefined;
      // Rounding must not make a variance negative.
      const variance = nextMean
        ? maximum(subtract(squares, multiply(nextMean, nextMean)), constant(0))
        : squares;
      const scaled = divide(towards, add(sqrt(variance), constant(eps)));
      const direction = velocity
        ? add(multiply(own ?? constant(momentum), velocity), scaled)
        : scaled;
      return {
        weight: subtract(weight, multiply(learningRate, direction)),
        state: [squares, ...(velocity ? [direction] : []), ...(nextMean ? [nextMean] : [])],
      };
    };
  },
});
