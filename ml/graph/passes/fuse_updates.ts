/**
 * Replaces the assignments of a weight and its optimizer state by one fused update, for which engines have a kernel:
 * plain gradient descent, momentum, and Adam with or without decoupled weight decay. Same mathematics but for the
 * rounding of sums, a fraction of the memory traffic.
 */
import type { Tensor, TensorOf } from "../tensor.ts";
import type {
  AdamUpdate,
  Assignment,
  GradientDescentUpdate,
  MomentumUpdate,
  Update,
} from "../update.ts";

/** Fuses the assignments of one weight, the weight's own first. Returns them as they are if no kernel fits. */
export function fuseUpdates(assignments: readonly Assignment[]): readonly Update[] {
  const fused = gradientDescent(assignments) ?? momentum(assignments) ?? adam(assignments);
  return fused ? [fused] : assignments;
}

/** weight - learningRate * gradient */
function gradientDescent(
  [weight, ...state]: readonly Assignment[],
): GradientDescentUpdate | undefined {
  if (!weight || state.length > 0) return undefined;
  const [learningRate, gradient] = operands("multiply", decrementOf(weight));
  if (!learningRate || !gradient) return undefined;
  return { kind: "gradientDescent", variable: weight.variable, gradient, learningRate };
}

/**
 * weight - learningRate * velocity, where velocity = momentum * velocity + gradient; with Nesterov's momentum
 * weight - learningRate * (gradient + momentum * velocity)
 */
function momentum([weight, velocity, ...rest]: readonly Assignment[]): MomentumUpdate | undefined {
  if (!weight || !velocity || rest.length > 0) return undefined;
  const [learningRate, step] = operands("multiply", decrementOf(weight));
  const [kept, gradient] = operands("add", velocity.value);
  const factor = factorOf(kept, velocity.variable);
  if (!learningRate || !gradient || !factor) return undefined;
  const nesterov = step !== velocity.value;
  if (nesterov && !isNesterov(step, gradient, factor, velocity.value)) return undefined;
  return {
    kind: "momentum",
    variable: weight.variable,
    velocity: velocity.variable,
    gradient,
    learningRate,
    momentum: factor,
    nesterov,
  };
}

/** Matches gradient + momentum * velocity. */
function isNesterov(
  step: Tensor | undefined,
  gradient: Tensor,
  momentum: Tensor,
  velocity: Tensor,
): boolean {
  const [first, ahead] = operands("add", step);
  const [factor, of] = operands("multiply", ahead);
  return first === gradient && factor === momentum && of === velocity;
}

/** kept * weight - stepSize * first / (sqrt(second) + epsilon), where first and second are running means */
function adam([weight, first, second, ...rest]: readonly Assignment[]): AdamUpdate | undefined {
  if (!weight || !first || !second || rest.length > 0) return undefined;
  const [from, change] = operands("subtract", weight.value);
  const kept = factorOf(from, weight.variable);
  if (!kept && !isVariable(from, weight.variable)) return undefined;
  const [scaled, divisor] = operands("divide", change);
  const [stepSize, direction] = operands("multiply", scaled);
  const [root, epsilon] = operands("add", divisor);
  const [squared] = operands("sqrt", root);
  if (!stepSize || direction !== first.value || !epsilon || squared !== second.value) {
    return undefined;
  }
  const [mean, meanOfSquares] = [runningMean(first), runningMean(second)];
  if (!mean || !meanOfSquares) return undefined;
  const gradient = mean.of;
  const [a, b] = operands("multiply", meanOfSquares.of);
  if (a !== gradient || b !== gradient) return undefined;
  return {
    kind: "adam",
    variable: weight.variable,
    first: first.variable,
    second: second.variable,
    gradient,
    stepSize,
    epsilon,
    beta1: mean.decay,
    beta2: meanOfSquares.decay,
    kept,
  };
}

/** Matches variable = decay * variable + (1 - decay) * x. */
function runningMean({ variable, value }: Assignment) {
  const [kept, added] = operands("add", value);
  const decay = factorOf(kept, variable);
  const [share, of] = operands("multiply", added);
  if (!decay || !of || !isRest(share, decay)) return undefined;
  return { decay, of };
}

/** Matches 1 - x. */
function isRest(tensor: Tensor | undefined, x: Tensor): boolean {
  const [one, subtracted] = operands("subtract", tensor);
  if (constantOf(one) === 1 && subtracted === x) return true;
  const value = constantOf(x);
  return value !== undefined && constantOf(tensor) === 1 - value;
}

/** Matches variable = variable - x; returns x. */
function decrementOf({ variable, value }: Assignment): Tensor | undefined {
  const [from, decrement] = operands("subtract", value);
  return isVariable(from, variable) ? decrement : undefined;
}

/** Matches factor * variable, where the factor is one number; returns the factor. */
function factorOf(tensor: Tensor | undefined, variable: string): Tensor | undefined {
  const [factor, kept] = operands("multiply", tensor);
  return isVariable(kept, variable) && factor?.shape.length === 0 ? factor : undefined;
}

function operands(kind: Tensor["kind"], tensor: Tensor | undefined): readonly Tensor[] {
  return tensor?.kind === kind ? tensor.inputs : [];
}

function isVariable(tensor: Tensor | undefined, name: string): tensor is TensorOf<"variable"> {
  return tensor?.kind === "variable" && tensor.attributes.name === name;
}

function constantOf(tensor: Tensor | undefined): number | undefined {
  return tensor?.kind === "constant" && tensor.shape.length === 0
    ? tensor.attributes.values[0]
    : undefined;
}
