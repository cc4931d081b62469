/** The registry of layers: the only list of their kinds. */
import type { LayerDefinition } from "./layer.ts";
import { conv2dLayer } from "./layers/conv2d.ts";
import { dropoutLayer } from "./layers/dropout.ts";
import { dropout2dLayer } from "./layers/dropout2d.ts";
import { flattenLayer } from "./layers/flatten.ts";
import { linearLayer } from "./layers/linear.ts";
import { logSoftmaxLayer } from "./layers/log_softmax.ts";
import { maxPool2dLayer } from "./layers/max_pool2d.ts";
import { reluLayer } from "./layers/relu.ts";

/** The definition of every layer kind. */
export const LAYERS = {
  conv2d: conv2dLayer,
  relu: reluLayer,
  maxPool2d: maxPool2dLayer,
  flatten: flattenLayer,
  linear: linearLayer,
  dropout: dropoutLayer,
  dropout2d: dropout2dLayer,
  logSoftmax: logSoftmaxLayer,
};

export type LayerKind = keyof typeof LAYERS;

type LayerOf<Kind extends LayerKind> = (typeof LAYERS)[Kind] extends LayerDefinition<infer L> ? L
  : never;

/** A layer: its kind, its name, and the attributes of its kind. */
export type Layer = { readonly [Kind in LayerKind]: LayerOf<Kind> }[LayerKind];

// Every layer must be registered under its own kind.
LAYERS satisfies { readonly [Kind in LayerKind]: LayerDefinition<Extract<Layer, { kind: Kind }>> };

/**
 * Returns the definition of a layer's kind.
 *
 * @throws {TypeError} if the kind is unknown, as in a network that a newer version has written
 */
export function layerDefinition(layer: Layer): LayerDefinition<Layer> {
  if (!Object.hasOwn(LAYERS, layer.kind)) {
    throw new TypeError(`Cannot place layer: unknown kind ${layer.kind}.`);
  }
  return LAYERS[layer.kind];
}

/** Checks whether a value that was read from a file is a layer. */
export function isLayer(value: unknown): value is Layer {
  if (typeof value !== "object" || value === null) return false;
  const { kind, name, ...attributes } = value as Readonly<Record<string, unknown>>;
  if (typeof kind !== "string" || !Object.hasOwn(LAYERS, kind)) return false;
  if (typeof name !== "string" || name === "") return false;
  const checks = Object.entries(LAYERS[kind as LayerKind].attributes);
  return Object.keys(attributes).length === checks.length &&
    checks.every(([attribute, isValid]) => isValid(attributes[attribute]));
}
