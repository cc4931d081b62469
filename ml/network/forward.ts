/** The forward pass of a network as graph operations. */
import { add, multiply } from "../graph/ops/arithmetic.ts";
import { cast } from "../graph/ops/data.ts";
import { constant } from "../graph/ops/sources.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { TrainingMode } from "./layer.ts";
import { layerDefinition } from "./layers.ts";
import { inferShapes, type Network, parameterName } from "./network.ts";

/** Returns a parameter's tensor by its name: 'conv1.weight'. */
export type Parameters = (name: string) => Tensor;

/** Builds the normalisation of pixels: (pixel/255 - mean) / std. */
export function normalize(network: Network, pixels: Tensor): Tensor {
  const { mean, std } = network.normalization;
  const scaled = multiply(cast(pixels, "float32"), constant(1 / (255 * std)));
  return mean === 0 ? scaled : add(scaled, constant(-mean / std));
}

/**
 * Builds the network's output for a batch.
 *
 * @param images float32 [batch, height, width, channels], normalised
 * @param training absent in evaluation mode
 * @returns logits or log-probabilities, [batch, classes]
 */
export function forward(
  network: Network,
  images: Tensor,
  parameters: Parameters,
  training?: TrainingMode,
): Tensor {
  return inferShapes(network).reduce(
    (x, { layer, outputShape }, position) =>
      layerDefinition(layer).build(layer, x, {
        position,
        outputShape,
        training,
        parameter: (name) => parameters(parameterName(layer, name)),
      }),
    images,
  );
}
