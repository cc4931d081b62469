/** The contract of a layer kind. A kind is one file in layers/ that defines everything about it, and a line in layers.ts. */
import type { RandomStream } from "../../data/random.ts";
import type { Shape, Tensor } from "../graph/tensor.ts";
import type { ParameterLayout } from "./layout.ts";

/** The fields that all layers share. */
export interface LayerBase {
  readonly kind: string;
  /** The layer's name in summaries and checkpoints; its parameters are named after it. */
  readonly name: string;
}

/** The shape of one sample between two layers: [height, width, channels] or [features]. */
export type SampleShape = readonly number[];

/** The activations of one sample between two layers. */
export interface Activations {
  readonly shape: SampleShape;
  /** The image that a vector was flattened from. PyTorch orders such a vector by channel, row, column; engines by row, column, channel. */
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

/** The properties of a layer that follow from its input. */
export interface InferredLayer {
  readonly output: Activations;
  /** None if absent. */
  readonly parameters?: readonly Parameter[];
  /** Multiply-adds for one sample; 0 if absent. */
  readonly multiplyAdds?: number;
}

/** The random streams of a training step. Masks are made for the whole batch, so that they do not depend on how it is split. */
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
  /** Returns one of the layer's parameters by its name within the layer. */
  parameter(name: string): Tensor;
}

/** The definition of a layer kind. */
export interface LayerDefinition<L extends LayerBase> {
  readonly kind: L["kind"];
  /** The name of the PyTorch module: 'Conv2d'. */
  readonly torchName: string;
  /** The parameter that holds kernels, [height, width, in, out], of which pictures can be drawn. */
  readonly kernels?: string;
  /** Checks of the layer's own fields, for layers that were read from a file. */
  readonly attributes: {
    readonly [Name in Exclude<keyof L, keyof LayerBase>]: (value: unknown) => boolean;
  };
  /**
   * Infers the output's shape and the parameters.
   *
   * @throws {RangeError} if the layer cannot read the input
   */
  infer(layer: L, input: Activations): InferredLayer;
  /**
   * Builds the layer's operations.
   *
   * @param x the input of a batch, [batch, ...input shape]
   * @returns [batch, ...output shape]
   */
  build(layer: L, x: Tensor, context: LayerContext): Tensor;
}

/**
 * Reads an input as an image.
 *
 * @throws {RangeError} if it is none
 */
export function imageShape(
  layer: LayerBase,
  { shape }: Activations,
): readonly [height: number, width: number, channels: number] {
  const [height, width, channels, ...rest] = shape;
  if (height === undefined || width === undefined || channels === undefined || rest.length > 0) {
    const rule = "it must follow a layer whose output is [height, width, channels]";
    throw layerShapeError(layer, rule, shape);
  }
  return [height, width, channels];
}

/**
 * Reads an input as a vector.
 *
 * @returns the number of features
 * @throws {RangeError} if it is none
 */
export function vectorLength(layer: LayerBase, { shape }: Activations): number {
  const [features, ...rest] = shape;
  if (features === undefined || rest.length > 0) {
    throw layerShapeError(layer, "it must follow a layer whose output is [features]", shape);
  }
  return features;
}

/** Creates the error of a layer that cannot read its input. */
export function layerShapeError(layer: LayerBase, rule: string, got: SampleShape): RangeError {
  return new RangeError(
    `Cannot place layer '${layer.name}' (${layer.kind}): ${rule}, got [${got.join(", ")}].`,
  );
}

/** Checks an attribute that counts something. */
export function isPositiveInteger(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

/** Checks an attribute that is a probability below 1. */
export function isRate(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value < 1;
}
