/** Stochastic gradient descent, with or without momentum, as in PyTorch. */
import { add, multiply, subtract } from "../graph/ops/arithmetic.ts";
import { constant } from "../graph/ops/sources.ts";
import { isFraction, type OptimizerBase, type OptimizerDefinition } from "./optimizer.ts";

export interface Sgd extends OptimizerBase {
  readonly kind: "sgd";
  /** 0 for none. */
  readonly momentum: number;
}

export const sgd: OptimizerDefinition<Sgd> = {
  kind: "sgd",
  displayName: "SGD",
  settings: { momentum: isFraction },
  describe: ({ momentum }) => momentum === 0 ? [] : [`momentum ${momentum}`],
  stateNames: ({ momentum }) => momentum === 0 ? [] : ["momentum_buffer"],
  rule: ({ momentum }, { learningRate }) => (weight, gradient, [velocity]) => {
    const direction = velocity ? add(multiply(constant(momentum), velocity), gradient) : gradient;
    return {
      weight: subtract(weight, multiply(learningRate, direction)),
      state: velocity ? [direction] : [],
    };
  },
};
