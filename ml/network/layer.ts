/**
 * The contract of a layer kind. A kind is one file in layers/ that defines everything about it, and a line in
 * layers.ts.
 */
import type { RandomStream } from "../../data/random.ts";
import type { Shape, Tensor } from "../graph/tensor.ts";
import { type Options, type OptionValues, type Tagged, text } from "../options/option.ts";
import type { ParameterLayout } from "./layout.ts";

/** The fields that all layers share. */
export interface LayerBase {
  readonly kind: string;
  /** The layer's own name; null for its position in its list. */
  readonly name: string | null;
}

/** The shape of one sample between two layers: [height, width, channels] or [features]. */
export type SampleShape = readonly number[];

/** The activations of one sample between two layers. */
export interface Activations {
  readonly shape: SampleShape;
  /**
   * The image that a vector was flattened from. PyTorch orders such a vector by channel, row, column; engines by row,
   * column, channel.
   */
  readonly flattenedFrom?: SampleShape | undefined;
}

/** A trainable array. */
export interface Parameter {
  /** 'weight' within its layer, 'conv1.weight' within the network. */
  readonly name: string;
  /** The engines' shape: kernels [height, width, in, out], matrices [in, out]. */
  readonly shape: Shape;
  /** The number of inputs that one output depends on. */
  readonly fanIn: number;
  /** Draws the next initial value; values are drawn in PyTorch's order of elements. */
  readonly initialize: (stream: RandomStream) => number;
  /** The conversion to PyTorch's layout. */
  readonly layout: ParameterLayout;
}

/** An array that is kept but not learned, such as a running mean. */
export interface Buffer {
  /** 'running_mean' within its layer, 'bn1.running_mean' within the network. */
  readonly name: string;
  readonly shape: Shape;
  /** The value of all elements before the first step. */
  readonly initial: number;
  /** The conversion to PyTorch's layout. */
  readonly layout: ParameterLayout;
}

/** The properties of a layer that follow from its input. */
export interface InferredLayer {
  readonly output: Activations;
  /** None if absent. */
  readonly parameters?: readonly Parameter[];
  /** None if absent. */
  readonly buffers?: readonly Buffer[];
  /** Multiply-adds for one sample; 0 if absent. */
  readonly multiplyAdds?: number;
}

/**
 * The random streams of a training step. Masks are made for the whole batch, so that they do not depend on how it is
 * split.
 */
export interface TrainingMode {
  readonly seed: number;
  /** The step's number, int32 []. */
  readonly step: Tensor;
  readonly batchSize: number;
  /** The position of the first given row in the batch. */
  readonly begin: number;
}

/** The surroundings of a layer in the graph. */
export interface LayerContext {
  /** The layer's position in the network: names its random streams. */
  readonly position: number;
  /** The shape of the layer's output. */
  readonly outputShape: SampleShape;
  /** Undefined in evaluation mode. */
  readonly training: TrainingMode | undefined;
  /** Returns one of the layer's parameters or buffers by its name within the layer. */
  parameter(name: string): Tensor;
  /** Sets a buffer at the end of the step. Without effect in evaluation mode. */
  updateBuffer(name: string, value: Tensor): void;
  /** Builds a list of layers that the layer contains, in the order in which infer() read them. */
  layers(list: readonly Tagged[], x: Tensor): Tensor;
}

/** The options that all layers have. */
export const NAMED = {
  name: text({
    default: null,
    description: "name in summaries and checkpoints. A name with dots stands for the whole path",
  }),
} as const;

/** Infers the layers that a layer contains. */
export interface InferContext {
  /**
   * Infers a list of layers.
   *
   * @param at where the list is: the path from the layer's options to it, and the path of its parameters' names
   * @returns the output of the last layer
   */
  layers(list: readonly Tagged[], input: Activations, at: ListPath): Activations;
}

/** The place of a list of layers in the layer that contains it. */
export interface ListPath {
  /** ["branches", 1, "layers"] */
  readonly option: readonly (string | number)[];
  /** ["branches", "1"] */
  readonly name: readonly string[];
}

/** A stored layer of a kind. */
export type LayerValue<Kind extends string, O extends Options> =
  & { readonly kind: Kind }
  & OptionValues<O & typeof NAMED>;

/** The definition of a layer kind. */
export interface LayerDefinition<Kind extends string = string, O extends Options = Options> {
  readonly kind: Kind;
  /** The name of the PyTorch module: 'Conv2d'. */
  readonly torchName: string;
  /** A sentence on what it computes. */
  readonly description: string;
  readonly options: O & typeof NAMED;
  /** The parameter that holds kernels, [height, width, in, out], of which pictures can be drawn. */
  readonly kernels?: string;
  /** Present if the output of a sample depends on other samples in training mode: its batch is not divided. */
  readonly mixesSamples?: true;
  /** The number of samples that a batch must have in training, by the shape of its input; 1 if absent. */
  smallestBatch?(input: SampleShape): number;
  /**
   * Infers the output's shape, the parameters and the buffers.
   *
   * @throws {LayerError} if the layer cannot read the input
   */
  infer(layer: LayerValue<Kind, O>, input: Activations, context: InferContext): InferredLayer;
  /**
   * Builds the layer's operations.
   *
   * @param x the input of a batch, [batch, ...input shape]
   * @returns [batch, ...output shape]
   */
  build(layer: LayerValue<Kind, O>, x: Tensor, context: LayerContext): Tensor;
}

/** Defines a layer kind: its options beside the name determine its type. */
export function defineLayer<const Kind extends string, const O extends Options>(
  definition: Omit<LayerDefinition<Kind, O>, "options"> & { readonly options: O },
): LayerDefinition<Kind, O> {
  return { ...definition, options: { ...NAMED, ...definition.options } };
}

/** Thrown by a layer that cannot read its input. */
export class LayerError extends RangeError {
  override readonly name = "LayerError";
  /** @param option the option that must be changed, if it is one */
  constructor(message: string, readonly option?: string) {
    super(message);
  }
}

/**
 * Reads an input as an image.
 *
 * @throws {LayerError} if it is none
 */
export function imageShape(
  layer: LayerBase,
  { shape }: Activations,
): readonly [height: number, width: number, channels: number] {
  const [height, width, channels, ...rest] = shape;
  if (height === undefined || width === undefined || channels === undefined || rest.length > 0) {
    const rule = "it must follow a layer whose output is [channels, height, width]";
    throw layerShapeError(layer, rule, shape);
  }
  return [height, width, channels];
}

/**
 * Reads an input as a vector.
 *
 * @returns the number of features
 * @throws {LayerError} if it is none
 */
export function vectorLength(layer: LayerBase, { shape }: Activations): number {
  const [features, ...rest] = shape;
  if (features === undefined || rest.length > 0) {
    throw layerShapeError(layer, "it must follow a layer whose output is [features]", shape);
  }
  return features;
}

/**
 * Creates the error of a layer that cannot read its input. Shapes are shown as PyTorch has them: channels first.
 *
 * @param option the option that must be changed, if it is one
 */
export function layerShapeError(
  layer: LayerBase,
  rule: string,
  got: SampleShape,
  option?: string,
): LayerError {
  const which = layer.name === null ? layer.kind : `'${layer.name}' (${layer.kind})`;
  const shape = channelsFirst(got).join(", ");
  return new LayerError(`Cannot place layer ${which}: ${rule}, got [${shape}].`, option);
}

/** Orders a shape as PyTorch does: [channels, height, width]. */
export function channelsFirst(shape: SampleShape): SampleShape {
  const [height, width, channels] = shape;
  return height === undefined || width === undefined || channels === undefined
    ? shape
    : [channels, height, width];
}
