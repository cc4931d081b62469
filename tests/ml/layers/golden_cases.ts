/** The lists of layers that tools/golden_layers.py has run in PyTorch, as networks with their parameters. */
import { assertEquals } from "@std/assert";
import { elementCount } from "../../../ml/graph/tensor.ts";
import {
  buffersOf,
  type Network,
  parameterLayouts,
  parametersOf,
} from "../../../ml/network/network.ts";
import { type LayerInput, layers } from "../../../ml/network/parse.ts";
import golden from "../golden/layers.json" with { type: "json" };
import { channelsFirstValues, channelsLast, numbers, type Probe } from "./numbers.ts";

/** The version of PyTorch. */
export const TORCH = golden.torch;

/** Samples of a batch. */
export const BATCH = golden.batch;

/** Training steps, each on a batch of its own; the parameters stay as they are. */
export const STEPS = golden.steps;

/** The results of PyTorch for one list of layers. */
export interface GoldenCase {
  readonly layers: readonly LayerInput[];
  /** [channels, height, width] */
  readonly input: readonly number[];
  /** Of the last training step. */
  readonly output: Probe;
  readonly inputGradient: Probe;
  readonly gradients: Readonly<Record<string, Probe>>;
  /** After the training steps. */
  readonly buffers: Readonly<Record<string, Probe>>;
  /** The output in evaluation mode, after the training steps. */
  readonly evaluated: Probe;
}

/** The cases. */
export const CASES = golden.cases as unknown as readonly GoldenCase[];

/** Makes the network of a case. */
export function networkOf({ layers: list, input }: GoldenCase): Network {
  const [channels = 1, height = 1, width = 1] = input;
  return {
    name: "made up",
    inputShape: [height, width, channels],
    normalization: { mean: [0], std: [1] },
    layers: layers(list),
  };
}

/** Makes the parameters of a case, in the engines' layout. */
export function parametersFor(network: Network): Record<string, Float32Array> {
  return Object.fromEntries(
    parametersOf(network).map(({ name, layout }, salt) => [
      name,
      layout.fromTorch(numbers(layout.torchShape, 100 + salt, 0.5)),
    ]),
  );
}

/** Makes the first buffers of a case. */
export function initialBuffers(network: Network): Record<string, Float32Array> {
  return Object.fromEntries(
    buffersOf(network).map(({ name, shape, initial }) => [
      name,
      new Float32Array(elementCount(shape)).fill(initial),
    ]),
  );
}

/** Makes the images of a step. */
export function imagesOf({ input }: GoldenCase, step: number): Float32Array {
  const shape = [BATCH, ...input];
  return channelsLast(numbers(shape, step), shape);
}

/**
 * Returns the buffers that PyTorch has after the training steps, in the engines' layout. Their probes hold all values.
 */
export function trainedBuffers(
  network: Network,
  { buffers }: GoldenCase,
): Record<string, Float32Array> {
  const layouts = parameterLayouts(network);
  return Object.fromEntries(
    Object.entries(buffers).map(([name, { shape, at, values }]) => {
      assertEquals(at.length, elementCount(shape), name);
      const whole = Float32Array.from(values);
      return [name, layouts.get(name)?.fromTorch(whole) ?? whole];
    }),
  );
}

/** Orders a batch's values as PyTorch does: images channels first, and images that were flattened too. */
export function torchOrder(
  values: Float32Array,
  shape: readonly number[],
  { inputShape }: Network,
) {
  if (shape.length === 4) return channelsFirstValues(values, shape);
  const isFlattened = shape[1] === elementCount(inputShape);
  return isFlattened ? channelsFirstValues(values, [BATCH, ...inputShape]) : values;
}

/** The reverse of torchOrder(), for an array of PyTorch's shape. */
export function engineOrder(
  values: Float32Array,
  shape: readonly number[],
  { inputShape }: Network,
) {
  if (shape.length === 4) return channelsLast(values, shape);
  const [height = 1, width = 1, channels = 1] = inputShape;
  const isFlattened = shape[1] === elementCount(inputShape);
  return isFlattened ? channelsLast(values, [BATCH, channels, height, width]) : values;
}
