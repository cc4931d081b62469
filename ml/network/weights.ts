/** The weight and bias of a linear map, initialised as PyTorch does by default. */
import type { RandomStream } from "../../data/random.ts";
import type { Shape } from "../graph/tensor.ts";
import type { Parameter } from "./layer.ts";
import { type ParameterLayout, sameLayout } from "./layout.ts";

/**
 * Describes a weight and a bias, both uniform in ±1/sqrt(fanIn).
 *
 * @param shape the weight's shape, [..., out]
 * @param fanIn the number of inputs that one output depends on
 */
export function weightAndBias(
  shape: Shape,
  fanIn: number,
  layout: ParameterLayout,
  hasBias = true,
): readonly Parameter[] {
  const bound = 1 / Math.sqrt(fanIn);
  const initialize = (stream: RandomStream) => stream.uniform(-bound, bound);
  const outputs = shape.slice(-1);
  const weight: Parameter = { name: "weight", shape, fanIn, initialize, layout };
  const bias: Parameter = {
    name: "bias",
    shape: outputs,
    fanIn,
    initialize,
    layout: sameLayout(outputs),
  };
  return hasBias ? [weight, bias] : [weight];
}
