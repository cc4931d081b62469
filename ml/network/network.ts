/**
 * A network as data: a list of layers. Shapes and parameters are derived from it, never stored beside it.
 *
 * Shapes are without the batch: [height, width, channels] for images, [features] for vectors.
 */
import type { Loss } from "../losses/losses.ts";
import type { Activations, Parameter, SampleShape } from "./layer.ts";
import { type Layer, layerDefinition } from "./layers.ts";
import type { ParameterLayout } from "./layout.ts";

/** The normalisation of pixels: (pixel/255 - mean) / std. */
export interface Normalization {
  readonly mean: number;
  readonly std: number;
}

/** A network: its input, its layers, and the loss that training minimises. */
export interface Network {
  readonly name: string;
  readonly inputShape: readonly [height: number, width: number, channels: number];
  readonly normalization: Normalization;
  readonly layers: readonly Layer[];
  readonly loss: Loss;
}

/** A layer with the properties that follow from its place in the network. */
export interface ShapedLayer {
  readonly layer: Layer;
  readonly inputShape: SampleShape;
  readonly outputShape: SampleShape;
  /** Parameters, named within the network: 'conv1.weight'. */
  readonly parameters: readonly Parameter[];
  /** Multiply-adds for one sample. */
  readonly multiplyAdds: number;
}

/**
 * Infers every layer's shapes and parameters.
 *
 * @throws {RangeError} if a layer cannot follow the one before it
 * @throws {TypeError} if a layer is of an unknown kind
 */
export function inferShapes(network: Network): readonly ShapedLayer[] {
  let input: Activations = { shape: network.inputShape };
  return network.layers.map((layer) => {
    const { output, parameters = [], multiplyAdds = 0 } = layerDefinition(layer).infer(
      layer,
      input,
    );
    const shaped: ShapedLayer = {
      layer,
      inputShape: input.shape,
      outputShape: output.shape,
      parameters: parameters.map((parameter) => ({
        ...parameter,
        name: parameterName(layer, parameter.name),
      })),
      multiplyAdds,
    };
    input = output;
    return shaped;
  });
}

/** Returns all parameters of a network, in the order of its layers. */
export function parametersOf(network: Network): readonly Parameter[] {
  return inferShapes(network).flatMap(({ parameters }) => parameters);
}

/** Returns the layouts of all parameters of a network, by name. */
export function parameterLayouts(network: Network): ReadonlyMap<string, ParameterLayout> {
  return new Map(parametersOf(network).map(({ name, layout }) => [name, layout]));
}

/** Names a layer's parameter within the network, as PyTorch's state_dict() does: 'conv1.weight'. */
export function parameterName(layer: Layer, name: string): string {
  return `${layer.name}.${name}`;
}

/** Kernels of a layer. */
export interface LayerKernels {
  /** The name of the layer. */
  readonly layer: string;
  /** The name of the parameter in the network: 'conv1.weight'. */
  readonly parameter: string;
}

/** Returns the kernels of which pictures can be drawn, in the order of the layers. */
export function listKernels({ layers }: Network): readonly LayerKernels[] {
  return layers.flatMap((layer) => {
    const { kernels } = layerDefinition(layer);
    return kernels === undefined
      ? []
      : [{ layer: layer.name, parameter: parameterName(layer, kernels) }];
  });
}
