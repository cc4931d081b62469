/** Initial weights. The numbers come from the run's own streams, one per parameter, in PyTorch's order of elements. */
import { randomStream } from "../../data/random.ts";
import { elementCount } from "../graph/tensor.ts";
import type { StateArray } from "../state.ts";
import { type Network, parametersOf } from "./network.ts";

/** Draws the weights that a training with this seed starts from. */
export function initialParameters(network: Network, seed: number): readonly StateArray[] {
  return parametersOf(network).map(({ name, shape, initialize, layout }, position) => {
    const stream = randomStream(seed, "init", position);
    const values = Float32Array.from({ length: elementCount(shape) }, () => initialize(stream));
    return { name, shape: layout.torchShape, values };
  });
}
