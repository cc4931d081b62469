/**
 * A network as data: a list of layers, which may contain layers. Shapes and parameters are derived from it, never
 * stored beside it.
 *
 * Shapes are without the batch: [height, width, channels] for images, [features] for vectors.
 */
import type { Branch, Tagged } from "../options/option.ts";
import type { SampleShape as InputShape } from "../../data/dataset.ts";
import type { Path } from "../options/problem.ts";
import {
  type Activations,
  type Buffer,
  type InferContext,
  LayerError,
  type Parameter,
  type SampleShape,
} from "./layer.ts";
import { asLayer, type Layer, layerDefinition } from "./layers.ts";
import type { ParameterLayout } from "./layout.ts";

/** The normalisation of values: (value/255 - mean) / std, one mean and std a channel, or a feature of a vector. */
export interface Normalization {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** A network: its input and its layers. */
export interface Network {
  readonly name: string;
  readonly inputShape: InputShape;
  readonly normalization: Normalization;
  readonly layers: readonly Layer[];
}

/** Returns true for a network of vectors, whose input is [features]. */
export function isVector({ inputShape }: Pick<Network, "inputShape">): boolean {
  return inputShape.length === 1;
}

/** The part of a network that its shapes follow from. */
export type ShapedNetwork = Pick<Network, "inputShape" | "layers">;

/** A layer with the properties that follow from its place in the network. */
export interface ShapedLayer {
  readonly layer: Layer;
  /** The path of names that leads to it, joined by dots as in PyTorch: 'stage1.body.0'. */
  readonly path: string;
  /** The number of layers around it. */
  readonly depth: number;
  readonly inputShape: SampleShape;
  readonly outputShape: SampleShape;
  /** Parameters, named within the network: 'conv1.weight'. */
  readonly parameters: readonly Parameter[];
  /** Buffers, named within the network: 'bn1.running_mean'. */
  readonly buffers: readonly Buffer[];
  /** Multiply-adds for one sample, without those of the layers in it. */
  readonly multiplyAdds: number;
}

/** The largest number of layers, repeated ones counted as often as they are repeated. */
const MAX_LAYERS = 1000;

/** Thrown for a network whose layers do not fit together. */
export class NetworkError extends RangeError {
  override readonly name = "NetworkError";
  /** @param path the path to the layer or its option, from the network: ["layers", 4, "conv2d", "kernelSize"] */
  constructor(message: string, readonly path: Path) {
    super(message);
  }
}

/**
 * Infers every layer's shapes and parameters. A layer comes before the layers in it.
 *
 * @throws {NetworkError} if a layer cannot follow the one before it
 * @throws {TypeError} if a layer is of an unknown kind
 */
export function inferShapes({ inputShape, layers }: ShapedNetwork): readonly ShapedLayer[] {
  const shaped: ShapedLayer[] = [];
  inferList(layers, { shape: inputShape }, { names: [], path: ["layers"], depth: 0 }, shaped);
  requireUniqueNames(shaped);
  return shaped;
}

/** The place of a list of layers in the network. */
interface Place {
  readonly names: readonly string[];
  readonly path: Path;
  readonly depth: number;
}

function inferList(
  list: readonly Tagged[],
  input: Activations,
  place: Place,
  shaped: ShapedLayer[],
): Activations {
  return list.reduce((activations, given, position) => {
    const layer = asLayer(given);
    const path = [...place.path, position, layer.kind];
    const names = layer.name?.includes(".")
      ? [layer.name]
      : [...place.names, layer.name ?? String(position)];
    if (shaped.length >= MAX_LAYERS) {
      throw new NetworkError(
        `Cannot train: a network must have at most ${MAX_LAYERS} layers, repeated ones included.`,
        path,
      );
    }
    const at = shaped.length;
    // A place is kept, as a layer comes before the layers in it.
    shaped.push(undefined as unknown as ShapedLayer);
    const context: InferContext = {
      layers: (inner, x, { option, name }) =>
        inferList(
          inner,
          x,
          { names: [...names, ...name], path: [...path, ...option], depth: place.depth + 1 },
          shaped,
        ),
    };
    const { output, parameters = [], buffers = [], multiplyAdds = 0 } = inferAt(
      path,
      () => layerDefinition(layer).infer(layer, activations, context),
    );
    const prefix = names.join(".");
    shaped[at] = {
      layer,
      path: prefix,
      depth: place.depth,
      inputShape: activations.shape,
      outputShape: output.shape,
      parameters: parameters.map((parameter) => within(prefix, parameter)),
      buffers: buffers.map((buffer) => within(prefix, buffer)),
      multiplyAdds,
    };
    return output;
  }, input);
}

/** Gives the error of a layer the path to it. */
function inferAt<T>(path: Path, infer: () => T): T {
  try {
    return infer();
  } catch (error) {
    if (!(error instanceof LayerError)) throw error;
    const { message, option } = error;
    throw new NetworkError(message, option === undefined ? path : [...path, option]);
  }
}

function within<T extends { readonly name: string }>(prefix: string, array: T): T {
  return { ...array, name: arrayName(prefix, array.name) };
}

function requireUniqueNames(shaped: readonly ShapedLayer[]): void {
  const seen = new Set<string>();
  for (const { parameters, buffers } of shaped) {
    for (const { name } of [...parameters, ...buffers]) {
      if (seen.has(name)) {
        throw new NetworkError(
          `Cannot train: names of layers must differ, but two have an array '${name}'.`,
          ["layers"],
        );
      }
      seen.add(name);
    }
  }
}

/** Returns the shape of a network's output: that of its last outer layer. */
export function outputShape(network: ShapedNetwork): SampleShape {
  return inferShapes(network).findLast(({ depth }) => depth === 0)?.outputShape ??
    network.inputShape;
}

/** Returns all parameters of a network, in the order of its layers. */
export function parametersOf(network: Network): readonly Parameter[] {
  return inferShapes(network).flatMap(({ parameters }) => parameters);
}

/** Returns all buffers of a network, in the order of its layers. */
export function buffersOf(network: Network): readonly Buffer[] {
  return inferShapes(network).flatMap(({ buffers }) => buffers);
}

/** Returns the layouts of all parameters and buffers of a network, by name. */
export function parameterLayouts(network: Network): ReadonlyMap<string, ParameterLayout> {
  const arrays = [...parametersOf(network), ...buffersOf(network)];
  return new Map(arrays.map(({ name, layout }) => [name, layout]));
}

/** Returns the number of samples that a batch must have in training: 2 where a batch norm has one value a channel. */
export function smallestBatch(network: ShapedNetwork): number {
  return inferShapes(network).reduce(
    (most, { layer, inputShape }) =>
      Math.max(most, layerDefinition(layer).smallestBatch?.(inputShape) ?? 1),
    1,
  );
}

/** Tells whether the output of a sample depends on the other samples of its batch in training mode. */
export function mixesSamples(network: Network): boolean {
  return inferShapes(network).some(({ layer }) => layerDefinition(layer).mixesSamples === true);
}

/** Names an array of a layer within the network, as PyTorch's state_dict() does: 'conv1.weight'. */
export function arrayName(path: string, name: string): string {
  return `${path}.${name}`;
}

/** Kernels of a layer. */
export interface LayerKernels {
  /** The path of the layer. */
  readonly layer: string;
  /** The name of the parameter in the network: 'conv1.weight'. */
  readonly parameter: string;
}

/** Returns the kernels of which pictures can be drawn, in the order of the layers. */
export function listKernels(network: Network): readonly LayerKernels[] {
  return inferShapes(network).flatMap(({ layer, path }) => {
    const { kernels } = layerDefinition(layer);
    return kernels === undefined ? [] : [{ layer: path, parameter: arrayName(path, kernels) }];
  });
}

/** Returns the layers of a list and all layers in them, repeated ones once. */
export function allLayers(list: readonly Tagged[]): readonly Tagged[] {
  return list.flatMap((layer) => {
    const inner = Object.values(layer).flatMap((value) => Array.isArray(value) ? value : []);
    return [
      layer,
      ...inner.flatMap((value) =>
        allLayers(isBranch(value) ? value.layers : isTagged(value) ? [value] : [])
      ),
    ];
  });
}

function isTagged(value: unknown): value is Tagged {
  return typeof value === "object" && value !== null && "kind" in value;
}

function isBranch(value: unknown): value is Branch {
  return typeof value === "object" && value !== null && !("kind" in value) && "layers" in value;
}
