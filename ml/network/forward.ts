/** A network's layers as graph operations. One case a layer; parameters come from the caller. */
import { MAX_SEED, streamKey } from "../../data/random.ts";
import { inferShapes, type Network, type ShapedLayer } from "./network.ts";
import { add, multiply } from "../graph/ops/arithmetic.ts";
import {
  logSoftmax,
  negativeLogLikelihood,
  softmaxCrossEntropy,
} from "../graph/ops/classification.ts";
import { cast, reshape, sliceRows } from "../graph/ops/data.ts";
import { biasAdd, matMul, relu } from "../graph/ops/dense.ts";
import { conv2d, maxPool2d } from "../graph/ops/image.ts";
import { constant, dropoutMask } from "../graph/ops/sources.ts";
import { sizeAt, type Tensor } from "../graph/tensor.ts";

/** What dropout needs. The masks are made for the whole batch, so that how a batch is split changes nothing. */
export interface TrainingMode {
  readonly seed: number;
  /** The step's number, int32 []. */
  readonly step: Tensor;
  readonly batchSize: number;
  /** Where in the batch the rows at hand begin. */
  readonly begin: number;
}

/** Looks up a parameter's tensor by its name. */
export type Parameters = (name: string) => Tensor;

/** Pixels as the network reads them: (pixel/255 - mean) / std. */
export function normalize(network: Network, pixels: Tensor): Tensor {
  const { mean, std } = network.normalization;
  const scaled = multiply(cast(pixels, "float32"), constant(1 / (255 * std)));
  return mean === 0 ? scaled : add(scaled, constant(-mean / std));
}

/**
 * The network's output for a batch.
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
    (x, placed, position) => applyLayer(placed, position, x, parameters, training),
    images,
  );
}

/** The loss of each sample: [batch], in nats. */
export function losses(network: Network, output: Tensor, labels: Tensor): Tensor {
  switch (network.loss) {
    case "crossEntropy":
      return softmaxCrossEntropy(output, labels);
    case "nll":
      return negativeLogLikelihood(output, labels);
    default:
      return network.loss satisfies never;
  }
}

function applyLayer(
  { layer, outputShape }: ShapedLayer,
  position: number,
  x: Tensor,
  parameters: Parameters,
  training: TrainingMode | undefined,
): Tensor {
  switch (layer.kind) {
    case "conv2d": {
      const filter = parameters(`${layer.name}.weight`);
      return biasAdd(conv2d(x, filter), parameters(`${layer.name}.bias`));
    }
    case "relu":
      return relu(x);
    case "maxPool2d":
      return maxPool2d(x, layer.size);
    case "flatten":
      return reshape(x, [sizeAt(x.shape, 0), ...outputShape]);
    case "linear": {
      const weight = parameters(`${layer.name}.weight`);
      return biasAdd(matMul(x, weight), parameters(`${layer.name}.bias`));
    }
    case "dropout":
      return training ? drop(x, x.shape.slice(1), layer.rate, position, training) : x;
    case "dropout2d":
      return training ? drop(x, [1, 1, sizeAt(x.shape, 3)], layer.rate, position, training) : x;
    case "logSoftmax":
      return logSoftmax(x);
    default:
      return layer satisfies never;
  }
}

function drop(
  x: Tensor,
  maskShape: readonly number[],
  rate: number,
  position: number,
  { seed, step, batchSize, begin }: TrainingMode,
): Tensor {
  const key = streamKey(seed, "dropout", position) & MAX_SEED;
  const mask = dropoutMask(step, [batchSize, ...maskShape], rate, key);
  return multiply(x, sliceRows(mask, begin, sizeAt(x.shape, 0)));
}
