/** An estimate of the memory that a training takes, from its spec alone. Nothing is run. */
import { size } from "../../lib/format.ts";
import { sum } from "../../lib/sum.ts";
import { elementCount, type Shape } from "../graph/tensor.ts";
import { inferShapes, isVector } from "../network/network.ts";
import { optimizerStateNames } from "../optimizers/optimizers.ts";
import type { Problem } from "../options/problem.ts";
import type { TrainingSpec } from "./spec.ts";

/** The settings that the memory depends on. */
type Sized = Pick<
  TrainingSpec,
  "network" | "optimizer" | "batchSize" | "trainSamples" | "testSamples"
>;

/** The memory of a training by its purpose, in bytes. */
export interface TrainingMemory {
  /** Parameters and buffers. */
  readonly state: number;
  /** One gradient for each parameter. */
  readonly gradients: number;
  /** The optimizer's arrays, each of the size of its parameter. */
  readonly optimizer: number;
  /** The input of one batch, and the output of every layer with its gradient. */
  readonly activations: number;
  /** Both sets: one byte for each value of an image, a float32 for one of a vector, an int32 label. */
  readonly datasets: number;
}

/** The largest memory of a training without its datasets: more than the machines have that people train on. */
const MAX_MEMORY_BYTES = 512e9;

/** The size of a float32 and of an int32. */
const NUMBER_BYTES = 4;

/**
 * Estimates the memory of a training: float32 numbers, and images as bytes.
 *
 * It is an estimate. Every layer's output counts once forward and once backward, as if nothing were released before the
 * end of the step and nothing computed in place. Values that are kept inside a layer, such as the unfolded images of a
 * convolution, and the engine itself (a few hundred megabytes for TensorFlow) do not count.
 */
export function estimateMemory(
  { network, optimizer, batchSize, trainSamples, testSamples }: Sized,
): TrainingMemory {
  const layers = inferShapes(network);
  const parameters = layers.flatMap((layer) => layer.parameters);
  const buffers = layers.flatMap((layer) => layer.buffers);
  const inputs = elementCount(network.inputShape);
  const valueBytes = isVector(network) ? NUMBER_BYTES : 1;
  const outputs = sum(layers.map(({ outputShape }) => elementCount(outputShape)));
  const slots = parameters.map(({ name, shape }) =>
    optimizerStateNames(optimizer, name).length * elementCount(shape)
  );
  return {
    state: NUMBER_BYTES * elementsOf([...parameters, ...buffers]),
    gradients: NUMBER_BYTES * elementsOf(parameters),
    optimizer: NUMBER_BYTES * sum(slots),
    activations: NUMBER_BYTES * Math.min(batchSize, trainSamples) * (inputs + 2 * outputs),
    datasets: (trainSamples + testSamples) * (inputs * valueBytes + NUMBER_BYTES),
  };
}

/**
 * Checks that a machine may have the memory of a training. What the machine that trains really has is known there, and
 * held against the engine's plan before anything is trained.
 */
export function memoryProblem(spec: Sized): Problem | undefined {
  const { datasets: _stored, ...memory } = estimateMemory(spec);
  const needed = sum(Object.values(memory));
  if (needed <= MAX_MEMORY_BYTES) return undefined;
  return {
    path: ["batchSize"],
    message: `Cannot train with batchSize ${spec.batchSize}: the training must take at most ${
      size(MAX_MEMORY_BYTES)
    } of memory, got about ${size(needed)}. Lower batchSize, or make layers smaller.`,
  };
}

/** Adds up the memory of a training, in bytes. */
export function totalMemory(memory: TrainingMemory): number {
  return sum(Object.values(memory));
}

function elementsOf(arrays: readonly { readonly shape: Shape }[]): number {
  return sum(arrays.map(({ shape }) => elementCount(shape)));
}
