/** Adam (Kingma and Ba, 2015), with the bias corrections in the step size. */
import { add, divide, expm1, multiply, sqrt, subtract } from "../graph/ops/arithmetic.ts";
import { cast } from "../graph/ops/data.ts";
import { constant } from "../graph/ops/sources.ts";
import type { Tensor } from "../graph/tensor.ts";
import { fraction, number } from "../options/option.ts";
import { defineOptimizer } from "./optimizer.ts";

export const adam = defineOptimizer({
  kind: "adam",
  displayName: "Adam",
  description: "Adam (Kingma and Ba, 2015).",
  options: {
    beta1: fraction({ default: 0.9, description: "decay of the mean of gradients" }),
    beta2: fraction({ default: 0.999, description: "decay of the mean of squared gradients" }),
    eps: number({
      exclusiveMin: true,
      default: 1e-8,
      description: "term added to the denominator",
    }),
  },
  describe: () => [],
  stateNames: () => ["exp_avg", "exp_avg_sq"],
  rule({ beta1, beta2, eps }, { learningRate, step }) {
    // 1 - beta^step, exact also at the first steps: -expm1(step * ln(beta)).
    const count = cast(step, "float32");
    const correction = (beta: number) =>
      multiply(expm1(multiply(count, constant(Math.log(beta)))), constant(-1));
    const root2 = sqrt(correction(beta2));
    const stepSize = divide(multiply(learningRate, root2), correction(beta1));
    // The correction is part of the step size; epsilon is scaled likewise, so that the result is PyTorch's.
    const scaledEpsilon = multiply(root2, constant(eps));
    return (weight, gradient, state) => {
      const [mean = gradient, meanOfSquares = gradient] = state;
      const first = runningMean(beta1, mean, gradient);
      const second = runningMean(beta2, meanOfSquares, multiply(gradient, gradient));
      const change = divide(multiply(stepSize, first), add(sqrt(second), scaledEpsilon));
      return { weight: subtract(weight, change), state: [first, second] };
    };
  },
});

function runningMean(decay: number, mean: Tensor, x: Tensor): Tensor {
  return add(multiply(constant(decay), mean), multiply(constant(1 - decay), x));
}
