/** Changes of variables at the end of a step. Updates are effects, so they are no tensors. */
import type { Tensor } from "./tensor.ts";

/** Sets a variable to a value, which may depend on the variables before the step. */
export interface Assignment {
  readonly kind: "assign";
  readonly variable: string;
  readonly value: Tensor;
}

/** variable -= learningRate * gradient */
export interface GradientDescentUpdate {
  readonly kind: "gradientDescent";
  readonly variable: string;
  readonly gradient: Tensor;
  readonly learningRate: Tensor;
}

/** velocity = momentum * velocity + gradient; variable -= learningRate * velocity */
export interface MomentumUpdate {
  readonly kind: "momentum";
  readonly variable: string;
  readonly velocity: string;
  readonly gradient: Tensor;
  readonly learningRate: Tensor;
  readonly momentum: number;
}

/**
 * first = beta1 * first + (1 - beta1) * gradient; second = beta2 * second + (1 - beta2) * gradient²;
 * variable -= stepSize * first / (sqrt(second) + epsilon)
 */
export interface AdamUpdate {
  readonly kind: "adam";
  readonly variable: string;
  readonly first: string;
  readonly second: string;
  readonly gradient: Tensor;
  readonly stepSize: Tensor;
  readonly epsilon: Tensor;
  readonly beta1: number;
  readonly beta2: number;
}

/** An update: an assignment, or several that engines have one kernel for. passes/fuse_updates.ts recognises them. */
export type Update = Assignment | GradientDescentUpdate | MomentumUpdate | AdamUpdate;
