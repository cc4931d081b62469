/** Stochastic gradient descent, with or without momentum, as in PyTorch. */
import { add, multiply, subtract } from "../graph/ops/arithmetic.ts";
import { cast } from "../graph/ops/data.ts";
import { equal } from "../graph/ops/classification.ts";
import { constant } from "../graph/ops/sources.ts";
import { flag, fraction } from "../options/option.ts";
import { decayed, defineOptimizer, describeDecay, weightDecay } from "./optimizer.ts";

export const sgd = defineOptimizer({
  kind: "sgd",
  displayName: "SGD",
  description: "Stochastic gradient descent.",
  options: {
    momentum: fraction({ default: 0, description: "momentum" }),
    dampening: fraction({
      default: 0,
      description: "share of the gradient that momentum leaves out",
    }),
    weightDecay: weightDecay(0),
    nesterov: flag({ default: false, description: "whether to use Nesterov's momentum" }),
  },
  describe: ({ momentum, nesterov, weightDecay }) => [
    ...(momentum === 0 ? [] : [`${nesterov ? "Nesterov " : ""}momentum ${momentum}`]),
    ...describeDecay(weightDecay),
  ],
  stateNames: ({ momentum }) => momentum === 0 ? [] : ["momentum_buffer"],
  momentumOption: "momentum",
  conflict({ momentum, dampening, nesterov }) {
    if (!nesterov) return undefined;
    if (momentum === 0) return { option: "nesterov", rule: "false without momentum" };
    return dampening === 0 ? undefined : { option: "dampening", rule: "0 with nesterov" };
  },
  rule({ momentum, dampening, weightDecay, nesterov }, { learningRate, step, momentum: own }) {
    const factor = own ?? constant(momentum);
    // Momentum starts as the gradient itself: the first step is not dampened.
    const isFirst = equal(cast(step, "float32"), constant(1));
    const share = add(multiply(isFirst, constant(dampening)), constant(1 - dampening));
    return (weight, gradient, [velocity]) => {
      const towards = decayed(gradient, weight, weightDecay);
      if (!velocity) {
        return { weight: subtract(weight, multiply(learningRate, towards)), state: [] };
      }
      const added = dampening === 0 ? towards : multiply(share, towards);
      const next = add(multiply(factor, velocity), added);
      const direction = nesterov ? add(towards, multiply(factor, next)) : next;
      return { weight: subtract(weight, multiply(learningRate, direction)), state: [next] };
    };
  },
});
