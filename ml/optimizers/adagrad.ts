/** Adagrad (Duchi, Hazan and Singer, 2011) as in PyTorch. */
import { add, divide, multiply, sqrt, subtract } from "../graph/ops/arithmetic.ts";
import { cast } from "../graph/ops/data.ts";
import { constant } from "../graph/ops/sources.ts";
import { number } from "../options/option.ts";
import { decayed, defineOptimizer, describeDecay, weightDecay } from "./optimizer.ts";

export const adagrad = defineOptimizer({
  kind: "adagrad",
  displayName: "Adagrad",
  description: "Adagrad (Duchi, Hazan and Singer, 2011).",
  options: {
    lrDecay: number({
      default: 0,
      description: "decay of the learning rate: it is divided by 1 + (step - 1) * lrDecay",
    }),
    eps: number({
      exclusiveMin: true,
      default: 1e-10,
      description: "term added to the denominator",
    }),
    weightDecay: weightDecay(0),
  },
  describe: ({ weightDecay }) => describeDecay(weightDecay),
  stateNames: () => ["sum"],
  rule({ lrDecay, eps, weightDecay }, { learningRate, step }) {
    const before = subtract(cast(step, "float32"), constant(1));
    const rate = divide(learningRate, add(constant(1), multiply(before, constant(lrDecay))));
    return (weight, gradient, [sum = gradient]) => {
      const towards = decayed(gradient, weight, weightDecay);
      const squares = add(sum, multiply(towards, towards));
      const direction = divide(towards, add(sqrt(squares), constant(eps)));
      return { weight: subtract(weight, multiply(rate, direction)), state: [squares] };
    };
  },
});
