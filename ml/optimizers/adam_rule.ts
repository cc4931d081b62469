/** The rule that Adam and AdamW share, with the bias corrections in the step size. */
import { add, divide, expm1, multiply, sqrt, subtract } from "../graph/ops/arithmetic.ts";
import { cast } from "../graph/ops/data.ts";
import { log, maximum } from "../graph/ops/functions.ts";
import { constant } from "../graph/ops/sources.ts";
import type { Tensor } from "../graph/tensor.ts";
import { flag, fraction, number } from "../options/option.ts";
import { describeDecay, type UpdateInputs, type UpdateRule } from "./optimizer.ts";

/** The options of Adam, but for the weight decay. */
export const ADAM_OPTIONS = {
  beta1: fraction({ default: 0.9, description: "decay of the mean of gradients" }),
  beta2: fraction({ default: 0.999, description: "decay of the mean of squared gradients" }),
  eps: number({
    exclusiveMin: true,
    default: 1e-8,
    description: "term added to the denominator",
  }),
} as const;

/** The last option of Adam. */
export const AMSGRAD = flag({
  default: false,
  description: "whether to divide by the largest mean of squared gradients so far",
});

/** The settings of Adam's rule. */
export interface AdamSettings {
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
  readonly amsgrad: boolean;
}

/** Names the arrays kept for each weight. */
export function adamStateNames({ amsgrad }: AdamSettings): readonly string[] {
  return ["exp_avg", "exp_avg_sq", ...(amsgrad ? ["max_exp_avg_sq"] : [])];
}

/** Describes the settings that are worth a mention. */
export function describeAdam(
  { amsgrad, weightDecay }: AdamSettings & { readonly weightDecay: number },
): readonly string[] {
  return [...(amsgrad ? ["AMSGrad"] : []), ...describeDecay(weightDecay)];
}

/** Builds Adam's rule. */
export function adamRule(
  { beta1, beta2, eps, amsgrad }: AdamSettings,
  { learningRate, step, momentum }: UpdateInputs,
): UpdateRule {
  // 1 - beta^step, exact also at the first steps: -expm1(step * ln(beta)).
  const count = cast(step, "float32");
  const correction = (logarithm: Tensor) =>
    multiply(expm1(multiply(count, logarithm)), constant(-1));
  const root2 = sqrt(correction(constant(Math.log(beta2))));
  const logarithm = momentum ? log(momentum) : constant(Math.log(beta1));
  const stepSize = divide(multiply(learningRate, root2), correction(logarithm));
  // The correction is part of the step size; epsilon is scaled likewise, so that the result is PyTorch's.
  const scaledEpsilon = multiply(root2, constant(eps));
  const [decay, share] = momentum
    ? [momentum, subtract(constant(1), momentum)]
    : [constant(beta1), constant(1 - beta1)];
  return (weight, gradient, state) => {
    const [mean = gradient, meanOfSquares = gradient, largest = gradient] = state;
    const first = add(multiply(decay, mean), multiply(share, gradient));
    const second = add(
      multiply(constant(beta2), meanOfSquares),
      multiply(constant(1 - beta2), multiply(gradient, gradient)),
    );
    const squared = amsgrad ? maximum(largest, second) : second;
    const change = divide(multiply(stepSize, first), add(sqrt(squared), scaledEpsilon));
    return {
      weight: subtract(weight, change),
      state: amsgrad ? [first, second, squared] : [first, second],
    };
  };
}
