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

/**
 * velocity = momentum * velocity + gradient; variable -= learningRate * velocity, or with Nesterov's momentum
 * variable -= learningRate * (gradient + momentum * velocity)
 */
export interface MomentumUpdate {
  readonly kind: "momentum";
  readonly variable: string;
  readonly velocity: string;
  readonly gradient: Tensor;
  readonly learningRate: Tensor;
  /** float32 [] */
  readonly momentum: Tensor;
  readonly nesterov: boolean;
}

/**
 * first = beta1 * first + (1 - beta1) * gradient; second = beta2 * second + (1 - beta2) * gradient²;
 * variable = kept * variable - stepSize * first / (sqrt(second) + epsilon)
 */
export interface AdamUpdate {
  readonly kind: "adam";
  readonly variable: string;
  readonly first: string;
  readonly second: string;
  readonly gradient: Tensor;
  readonly stepSize: Tensor;
  readonly epsilon: Tensor;
  /** float32 [] */
  readonly beta1: Tensor;
  readonly beta2: Tensor;
  /** The factor of weight decay, float32 []; absent for 1. */
  readonly kept?: Tensor | undefined;
}

/** An update: an assignment, or several that engines have one kernel for. passes/fuse_updates.ts recognises them. */
export type Update = Assignment | GradientDescentUpdate | MomentumUpdate | AdamUpdate;

/** Lists what an update reads, but for the variables that it changes. */
export function updateInputs(update: Update): readonly Tensor[] {
  switch (update.kind) {
    case "assign":
      return [update.value];
    case "gradientDescent":
      return [update.gradient, update.learningRate];
    case "momentum":
      return [update.gradient, update.learningRate, update.momentum];
    case "adam": {
      const { gradient, stepSize, epsilon, beta1, beta2, kept } = update;
      return [gradient, stepSize, epsilon, beta1, beta2, ...(kept ? [kept] : [])];
    }
  }
}

/** Returns the same change with other tensors in place of those that it reads. */
export function mapUpdate(update: Update, change: (tensor: Tensor) => Tensor): Update {
  switch (update.kind) {
    case "assign":
      return { ...update, value: change(update.value) };
    case "gradientDescent":
      return {
        ...update,
        gradient: change(update.gradient),
        learningRate: change(update.learningRate),
      };
    case "momentum":
      return {
        ...update,
        gradient: change(update.gradient),
        learningRate: change(update.learningRate),
        momentum: change(update.momentum),
      };
    case "adam":
      return {
        ...update,
        gradient: change(update.gradient),
        stepSize: change(update.stepSize),
        epsilon: change(update.epsilon),
        beta1: change(update.beta1),
        beta2: change(update.beta2),
        ...(update.kept ? { kept: change(update.kept) } : {}),
      };
  }
}
