/** The registry of layers: the only list of their kinds. */
import type { ValueOf } from "../options/kinds.ts";
import type { Tagged } from "../options/option.ts";
import type { LayerDefinition } from "./layer.ts";
import { conv2dLayer } from "./layers/conv2d.ts";
import { dropoutLayer } from "./layers/dropout.ts";
import { dropout2dLayer } from "./layers/dropout2d.ts";
import { flattenLayer } from "./layers/flatten.ts";
import { identityLayer } from "./layers/identity.ts";
import { linearLayer } from "./layers/linear.ts";
import { logSoftmaxLayer } from "./layers/log_softmax.ts";
import { maxPool2dLayer } from "./layers/max_pool2d.ts";
import { parallelLayer } from "./layers/parallel.ts";
import { reluLayer } from "./layers/relu.ts";
import { repeatLayer } from "./layers/repeat.ts";
import { residualLayer } from "./layers/residual.ts";
import { sequenceLayer } from "./layers/sequence.ts";

/** The definition of every layer kind. */
export const LAYERS = {
  conv2d: conv2dLayer,
  linear: linearLayer,
  flatten: flattenLayer,
  identity: identityLayer,
  maxPool2d: maxPool2dLayer,
  relu: reluLayer,
  logSoftmax: logSoftmaxLayer,
  dropout: dropoutLayer,
  dropout2d: dropout2dLayer,
  residual: residualLayer,
  parallel: parallelLayer,
  repeat: repeatLayer,
  sequence: sequenceLayer,
} as const;

export type LayerKind = keyof typeof LAYERS;

/** A layer: its kind, its name, and the options of its kind, complete. */
export type Layer = ValueOf<typeof LAYERS>;

// Every layer must be registered under its own kind.
LAYERS satisfies { readonly [Kind in LayerKind]: { readonly kind: Kind } };

/**
 * Returns the definition of a layer's kind.
 *
 * @throws {TypeError} if the kind is unknown, as in a network that a newer version has written
 */
export function layerDefinition(layer: Tagged): LayerDefinition {
  if (!Object.hasOwn(LAYERS, layer.kind)) {
    throw new TypeError(`Cannot place layer: unknown kind ${layer.kind}.`);
  }
  // Kind and definition belong together; the compiler cannot follow that through the table.
  return LAYERS[layer.kind as LayerKind] as unknown as LayerDefinition;
}

/**
 * Reads a layer that another layer contains.
 *
 * @throws {TypeError} if the kind is unknown
 */
export function asLayer(layer: Tagged): Layer {
  layerDefinition(layer);
  return layer as Layer;
}
