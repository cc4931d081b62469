/** The forward pass of a network as graph operations. */
import { add, multiply } from "../graph/ops/arithmetic.ts";
import { cast } from "../graph/ops/data.ts";
import { constant } from "../graph/ops/sources.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { Tagged } from "../options/option.ts";
import type { TrainingMode } from "./layer.ts";
import { asLayer, layerDefinition } from "./layers.ts";
import { arrayName, inferShapes, type Network } from "./network.ts";

/** Returns the tensor of a parameter or buffer by its name: 'conv1.weight'. */
export type Parameters = (name: string) => Tensor;

/** The result of a forward pass. */
export interface ForwardPass {
  /** Logits or log-probabilities, [batch, classes]. */
  readonly output: Tensor;
  /** The next values of buffers, by name; empty in evaluation mode. */
  readonly buffers: ReadonlyMap<string, Tensor>;
}

/** Builds the normalisation of pixels: (pixel/255 - mean) / std. */
export function normalize({ normalization: { mean, std } }: Network, pixels: Tensor): Tensor {
  const scaled = multiply(
    cast(pixels, "float32"),
    perChannel(std.map((value) => 1 / (255 * value))),
  );
  if (mean.every((value) => value === 0)) return scaled;
  return add(scaled, perChannel(mean.map((value, channel) => -value / (std[channel] ?? 1))));
}

/** Makes a constant of one value a channel; a scalar if all are equal. */
function perChannel(values: readonly number[]): Tensor {
  const [first = 0] = values;
  return values.every((value) => value === first)
    ? constant(first)
    : constant(values, [values.length]);
}

/**
 * Builds the network's output for a batch.
 *
 * @param images float32 [batch, height, width, channels], normalised
 * @param training absent in evaluation mode
 */
export function forward(
  network: Network,
  images: Tensor,
  parameters: Parameters,
  training?: TrainingMode,
): ForwardPass {
  const shaped = inferShapes(network);
  const buffers = new Map<string, Tensor>();
  let next = 0;
  const build = (list: readonly Tagged[], input: Tensor): Tensor =>
    list.reduce((x: Tensor, given) => {
      const position = next++;
      const { path = "", outputShape = [] } = shaped[position] ?? {};
      const layer = asLayer(given);
      return layerDefinition(layer).build(layer, x, {
        position,
        outputShape,
        training,
        parameter: (name) => parameters(arrayName(path, name)),
        updateBuffer(name, value) {
          if (training) buffers.set(arrayName(path, name), value);
        },
        layers: build,
      });
    }, input);
  return { output: build(network.layers, images), buffers };
}
