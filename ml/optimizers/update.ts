/** How a step changes variables: the optimizers. Updates are effects, so they are no tensors. */
import type { Optimizer } from "../spec/optimizer.ts";
import { divide, expm1, multiply, sqrt } from "../graph/ops/arithmetic.ts";
import { cast } from "../graph/ops/data.ts";
import { constant } from "../graph/ops/sources.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { Parameter } from "../network/layer.ts";

/** A change of one variable, from a gradient of its shape. */
export type Update =
  /** variable -= learningRate * gradient */
  | {
    readonly kind: "sgd";
    readonly variable: string;
    readonly gradient: Tensor;
    readonly learningRate: Tensor;
  }
  /** velocity = momentum * velocity + gradient; variable -= learningRate * velocity */
  | {
    readonly kind: "momentum";
    readonly variable: string;
    readonly velocity: string;
    readonly gradient: Tensor;
    readonly learningRate: Tensor;
    readonly momentum: number;
  }
  /**
   * first += (1 - beta1) * (gradient - first); second += (1 - beta2) * (gradient² - second);
   * variable -= stepSize * first / (sqrt(second) + epsilon)
   */
  | {
    readonly kind: "adam";
    readonly variable: string;
    readonly first: string;
    readonly second: string;
    readonly gradient: Tensor;
    readonly stepSize: Tensor;
    readonly epsilon: Tensor;
    readonly beta1: number;
    readonly beta2: number;
  };

/** What an optimizer remembers of a parameter, as variables that start at 0. */
export function slotsOf(optimizer: Optimizer, parameter: Parameter): readonly string[] {
  switch (optimizer.kind) {
    case "sgd":
      return optimizer.momentum === 0 ? [] : [`${parameter.name}/momentum_buffer`];
    case "adam":
      return [`${parameter.name}/exp_avg`, `${parameter.name}/exp_avg_sq`];
    default:
      return optimizer satisfies never;
  }
}

/**
 * The updates of one step.
 *
 * @param gradients one for each parameter
 * @param learningRate float32 []
 * @param step the step's number, from 1, int32 []
 */
export function updatesOf(
  optimizer: Optimizer,
  parameters: readonly Parameter[],
  gradients: readonly Tensor[],
  learningRate: Tensor,
  step: Tensor,
): readonly Update[] {
  const of = (make: (parameter: Parameter, gradient: Tensor, slots: readonly string[]) => Update) =>
    parameters.map((parameter, position) => {
      const gradient = gradients[position];
      if (!gradient) throw new RangeError(`Cannot update ${parameter.name}: it has no gradient.`);
      return make(parameter, gradient, slotsOf(optimizer, parameter));
    });
  switch (optimizer.kind) {
    case "sgd": {
      const { momentum } = optimizer;
      return of(({ name: variable }, gradient, [velocity]) =>
        velocity === undefined
          ? { kind: "sgd", variable, gradient, learningRate }
          : { kind: "momentum", variable, velocity, gradient, learningRate, momentum }
      );
    }
    case "adam": {
      const { beta1, beta2, epsilon } = optimizer;
      // 1 - beta^step, exact also at the first steps: -expm1(step * ln(beta)).
      const count = cast(step, "float32");
      const correction = (beta: number) =>
        multiply(expm1(multiply(count, constant(Math.log(beta)))), constant(-1));
      const root2 = sqrt(correction(beta2));
      const stepSize = divide(multiply(learningRate, root2), correction(beta1));
      // PyTorch adds epsilon after the correction, this form before it.
      const scaledEpsilon = multiply(root2, constant(epsilon));
      return of(({ name: variable }, gradient, [first = "", second = ""]) => ({
        kind: "adam",
        variable,
        first,
        second,
        gradient,
        stepSize,
        epsilon: scaledEpsilon,
        beta1,
        beta2,
      }));
    }
    default:
      return optimizer satisfies never;
  }
}
