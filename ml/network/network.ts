/**
 * A network as data: a list of layers. Shapes and parameter counts are derived from it, never written
 * down beside it. Nothing here computes; ml/graph builds the arithmetic.
 *
 * Shapes are without the batch: [height, width, channels] for images, [features] for vectors.
 */

import { elementCount } from "../graph/tensor.ts";

/** One layer. `name` is what summaries and checkpoints call it. */
export type Layer =
  | {
    /** Cross-correlation without padding, stride 1, with a bias. */
    readonly kind: "conv2d";
    readonly name: string;
    readonly outChannels: number;
    readonly kernelSize: number;
  }
  | { readonly kind: "relu"; readonly name: string }
  | {
    /** Maximum over windows of size x size, stride = size; incomplete windows at the edge are dropped. */
    readonly kind: "maxPool2d";
    readonly name: string;
    readonly size: number;
  }
  /** [height, width, channels] to [features], in PyTorch's order: channel, row, column. */
  | { readonly kind: "flatten"; readonly name: string }
  | { readonly kind: "linear"; readonly name: string; readonly outFeatures: number }
  /** In training, zeroes single values with probability `rate` and scales the rest by 1/(1-rate). */
  | { readonly kind: "dropout"; readonly name: string; readonly rate: number }
  /** As dropout, but zeroes whole channels of a sample. */
  | { readonly kind: "dropout2d"; readonly name: string; readonly rate: number }
  | { readonly kind: "logSoftmax"; readonly name: string };

/** How pixels become numbers: (pixel/255 - mean) / std. */
export interface Normalization {
  readonly mean: number;
  readonly std: number;
}

/** The loss: of logits (crossEntropy), or of log-probabilities (nll). Mean over the batch, in nats. */
export type Loss = "crossEntropy" | "nll";

/** A network: what it reads, its layers, and what it is trained to minimise. */
export interface Network {
  readonly name: string;
  readonly inputShape: readonly [height: number, width: number, channels: number];
  readonly normalization: Normalization;
  readonly layers: readonly Layer[];
  readonly loss: Loss;
}

/** The shape of one sample between two layers. */
export type SampleShape = readonly number[];

/**
 * A trainable array. `shape` is the engines' layout (kernels [height, width, in, out], matrices [in, out]);
 * the edges (exports, checkpoints) turn it into PyTorch's (kernels [out, in, height, width], matrices [out, in]).
 */
export interface Parameter {
  /** 'conv1.weight' */
  readonly name: string;
  readonly shape: readonly number[];
  /** The number of inputs that one output reads; PyTorch's initialisation is uniform in ±1/sqrt(fanIn). */
  readonly fanIn: number;
}

/** A layer with what is derived from its place in the network. */
export interface ShapedLayer {
  readonly layer: Layer;
  readonly inputShape: SampleShape;
  readonly outputShape: SampleShape;
  readonly parameters: readonly Parameter[];
  /** Multiply-adds for one sample. */
  readonly multiplyAdds: number;
}

/**
 * Derives every layer's shapes and parameters.
 *
 * @throws {RangeError} if a layer cannot follow the one before it
 */
export function inferShapes(network: Network): readonly ShapedLayer[] {
  let shape: SampleShape = network.inputShape;
  return network.layers.map((layer) => {
    const placed = placeLayer(layer, shape);
    shape = placed.outputShape;
    return placed;
  });
}

/** All parameters of a network, in the order of its layers. */
export function parametersOf(network: Network): readonly Parameter[] {
  return inferShapes(network).flatMap((placed) => placed.parameters);
}

function placeLayer(layer: Layer, inputShape: SampleShape): ShapedLayer {
  switch (layer.kind) {
    case "conv2d": {
      const [height, width, channels] = imageShape(layer, inputShape);
      const { kernelSize, outChannels } = layer;
      const fanIn = kernelSize * kernelSize * channels;
      const outputShape = [height - kernelSize + 1, width - kernelSize + 1, outChannels];
      if (kernelSize > Math.min(height, width)) {
        throw misplaced(layer, `its kernel of ${kernelSize} must fit into the image`, inputShape);
      }
      return {
        layer,
        inputShape,
        outputShape,
        parameters: [
          {
            name: `${layer.name}.weight`,
            shape: [kernelSize, kernelSize, channels, outChannels],
            fanIn,
          },
          { name: `${layer.name}.bias`, shape: [outChannels], fanIn },
        ],
        multiplyAdds: elementCount(outputShape) * (fanIn + 1),
      };
    }
    case "maxPool2d": {
      const [height, width, channels] = imageShape(layer, inputShape);
      if (layer.size > Math.min(height, width)) {
        throw misplaced(layer, `its window of ${layer.size} must fit into the image`, inputShape);
      }
      const outputShape = [
        Math.floor(height / layer.size),
        Math.floor(width / layer.size),
        channels,
      ];
      return withoutParameters(layer, inputShape, outputShape);
    }
    case "dropout2d":
      imageShape(layer, inputShape);
      return withoutParameters(layer, inputShape, inputShape);
    case "flatten":
      return withoutParameters(layer, inputShape, [elementCount(inputShape)]);
    case "linear": {
      const features = vectorLength(layer, inputShape);
      const { outFeatures } = layer;
      return {
        layer,
        inputShape,
        outputShape: [outFeatures],
        parameters: [
          { name: `${layer.name}.weight`, shape: [features, outFeatures], fanIn: features },
          { name: `${layer.name}.bias`, shape: [outFeatures], fanIn: features },
        ],
        multiplyAdds: outFeatures * (features + 1),
      };
    }
    case "logSoftmax":
      vectorLength(layer, inputShape);
      return withoutParameters(layer, inputShape, inputShape);
    case "relu":
    case "dropout":
      return withoutParameters(layer, inputShape, inputShape);
    default:
      throw new TypeError(
        `Cannot place layer: unknown kind ${(layer satisfies never as Layer).kind}.`,
      );
  }
}

function withoutParameters(
  layer: Layer,
  inputShape: SampleShape,
  outputShape: SampleShape,
): ShapedLayer {
  return { layer, inputShape, outputShape, parameters: [], multiplyAdds: 0 };
}

function imageShape(layer: Layer, shape: SampleShape): readonly [number, number, number] {
  const [height, width, channels, ...rest] = shape;
  if (
    height === undefined || width === undefined || channels === undefined || rest.length > 0
  ) {
    throw misplaced(
      layer,
      "it must follow a layer whose output is [height, width, channels]",
      shape,
    );
  }
  return [height, width, channels];
}

function vectorLength(layer: Layer, shape: SampleShape): number {
  const [features, ...rest] = shape;
  if (features === undefined || rest.length > 0) {
    throw misplaced(layer, "it must follow a layer whose output is [features]", shape);
  }
  return features;
}

function misplaced(layer: Layer, rule: string, got: SampleShape): RangeError {
  return new RangeError(
    `Cannot place layer '${layer.name}' (${layer.kind}): ${rule}, got [${got.join(", ")}].`,
  );
}
