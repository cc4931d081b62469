/** Parts of the normalising layers: their options, their scale and offset, batch norm for images and vectors. */
import { add, multiply, subtract, sum } from "../graph/ops/arithmetic.ts";
import { rsqrt } from "../graph/ops/functions.ts";
import { batchNorm } from "../graph/ops/normalization.ts";
import { constant } from "../graph/ops/sources.ts";
import { type Shape, sizeAt, type Tensor } from "../graph/tensor.ts";
import { flag, number } from "../options/option.ts";
import type { Buffer, LayerContext, Parameter } from "./layer.ts";
import { type ParameterLayout, sameLayout } from "./layout.ts";

/** The number that is added to a variance before the division by its root. */
export const EPS = number({
  default: 1e-5,
  exclusiveMin: true,
  description: "number added to the variance, against a division by zero",
});

/** The options of batch norm. */
export const BATCH_NORM_OPTIONS = {
  eps: EPS,
  momentum: number({ default: 0.1, max: 1, description: "share of a batch in running statistics" }),
  affine: flag({ default: true, description: "learns a scale and an offset of each channel" }),
} as const;

/** Describes the learned scale, initially 1, and offset, initially 0. */
export function scaleAndOffset(shape: Shape, layout: ParameterLayout): readonly Parameter[] {
  const described = { shape, layout, fanIn: 1 };
  return [
    { ...described, name: "weight", initialize: () => 1 },
    { ...described, name: "bias", initialize: () => 0 },
  ];
}

/** Describes the statistics that evaluation normalises by. */
export function runningStatistics(layout: ParameterLayout): readonly Buffer[] {
  const shape = layout.torchShape;
  return [
    { name: "running_mean", shape, initial: 0, layout },
    { name: "running_var", shape, initial: 1, layout },
    { name: "num_batches_tracked", shape: [], initial: 0, layout: sameLayout([]) },
  ];
}

interface BatchNormOptions {
  readonly eps: number;
  readonly momentum: number;
  readonly affine: boolean;
}

/**
 * Builds a batch norm: in training by the batch's statistics, which move the running ones, else by these.
 *
 * @param x [n, height, width, channels]
 * @throws {RangeError} in training, if there is one value a channel
 */
export function buildBatchNorm(
  { eps, momentum, affine }: BatchNormOptions,
  x: Tensor,
  { training, parameter, updateBuffer }: LayerContext,
): Tensor {
  const shape = x.shape.slice(3);
  const scale = affine ? parameter("weight") : constant(1, shape);
  const offset = affine ? parameter("bias") : constant(0, shape);
  const [mean, variance] = [parameter("running_mean"), parameter("running_var")];
  if (!training) {
    const factor = multiply(scale, rsqrt(add(variance, constant(eps))));
    return add(multiply(x, factor), subtract(offset, multiply(mean, factor)));
  }
  if (sizeAt(x.shape, 0) * sizeAt(x.shape, 1) * sizeAt(x.shape, 2) === 1) {
    throw new RangeError(
      "Cannot train on a batch of 1: batch norm must have more than one value a channel, got 1.",
    );
  }
  const batch = batchNorm(x, scale, offset, eps);
  const moved = (running: Tensor, value: Tensor) =>
    add(multiply(running, constant(1 - momentum)), multiply(value, constant(momentum)));
  updateBuffer("running_mean", moved(mean, batch.mean));
  updateBuffer("running_var", moved(variance, batch.variance));
  updateBuffer("num_batches_tracked", add(parameter("num_batches_tracked"), constant(1)));
  return batch.output;
}

/** Normalises over axes: (x - mean) / sqrt(variance + eps), with the biased variance. */
export function normalizeOver(x: Tensor, axes: readonly number[], eps: number): Tensor {
  const count = axes.reduce((product, axis) => product * sizeAt(x.shape, axis), 1);
  const meanOf = (values: Tensor) => multiply(sum(values, axes, true), constant(1 / count));
  const centered = subtract(x, meanOf(x));
  const variance = meanOf(multiply(centered, centered));
  return multiply(centered, rsqrt(add(variance, constant(eps))));
}
