/**
 * Initial weights as PyTorch draws them by default: kernels, matrices and biases uniform in ±1/sqrt(fanIn). The numbers
 * come from the run's own streams, one a parameter, in PyTorch's order of elements.
 */
import { randomStream } from "../../data/random.ts";
import { parameterLayouts } from "./layout.ts";
import { type Network, parametersOf } from "./network.ts";
import { elementCount } from "../graph/tensor.ts";
import type { StateArray } from "../state.ts";

/** The weights that a training with this seed starts from. */
export function initialParameters(network: Network, seed: number): readonly StateArray[] {
  const layouts = parameterLayouts(network);
  return parametersOf(network).map(({ name, shape, fanIn }, position) => {
    const stream = randomStream(seed, "init", position);
    const bound = 1 / Math.sqrt(fanIn);
    const values = Float32Array.from(
      { length: elementCount(shape) },
      () => stream.uniform(-bound, bound),
    );
    return { name, shape: layouts.get(name)?.torchShape ?? shape, values };
  });
}
