/**
 * Initial weights and buffers. The numbers come from the run's own streams, one per parameter, in PyTorch's order of
 * elements.
 */
import { randomStream } from "../../data/random.ts";
import { elementCount } from "../graph/tensor.ts";
import type { StateArray } from "../state.ts";
import { buffersOf, type Network, parametersOf } from "./network.ts";

/** Returns the weights and buffers that a training with this seed starts from. */
export function initialState(network: Network, seed: number): readonly StateArray[] {
  const buffers = buffersOf(network).map(({ name, shape, layout, initial }) => ({
    name,
    shape: layout.torchShape,
    values: new Float32Array(elementCount(shape)).fill(initial),
  }));
  return [...initialParameters(network, seed), ...buffers];
}

/** Draws the weights that a training with this seed starts from. */
export function initialParameters(network: Network, seed: number): readonly StateArray[] {
  return parametersOf(network).map(({ name, shape, initialize, layout }, position) => {
    const stream = randomStream(seed, "init", position);
    const values = Float32Array.from({ length: elementCount(shape) }, () => initialize(stream));
    return { name, shape: layout.torchShape, values };
  });
}
