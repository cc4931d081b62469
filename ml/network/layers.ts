/** The registry of layers: the only list of their kinds. */
import type { ValueOf } from "../options/kinds.ts";
import type { Tagged } from "../options/option.ts";
import type { LayerDefinition } from "./layer.ts";
import { eluLayer } from "./layers/activations/elu.ts";
import { geluLayer } from "./layers/activations/gelu.ts";
import { hardswishLayer } from "./layers/activations/hardswish.ts";
import { leakyReluLayer } from "./layers/activations/leaky_relu.ts";
import { logSoftmaxLayer } from "./layers/activations/log_softmax.ts";
import { reluLayer } from "./layers/activations/relu.ts";
import { relu6Layer } from "./layers/activations/relu6.ts";
import { sigmoidLayer } from "./layers/activations/sigmoid.ts";
import { siluLayer } from "./layers/activations/silu.ts";
import { softmaxLayer } from "./layers/activations/softmax.ts";
import { tanhLayer } from "./layers/activations/tanh.ts";
import { parallelLayer } from "./layers/composites/parallel.ts";
import { repeatLayer } from "./layers/composites/repeat.ts";
import { residualLayer } from "./layers/composites/residual.ts";
import { sequenceLayer } from "./layers/composites/sequence.ts";
import { conv2dLayer } from "./layers/conv2d.ts";
import { dropoutLayer } from "./layers/dropout.ts";
import { dropout2dLayer } from "./layers/dropout2d.ts";
import { flattenLayer } from "./layers/flatten.ts";
import { identityLayer } from "./layers/identity.ts";
import { linearLayer } from "./layers/linear.ts";
import { batchNorm1dLayer } from "./layers/normalization/batch_norm1d.ts";
import { batchNorm2dLayer } from "./layers/normalization/batch_norm2d.ts";
import { groupNormLayer } from "./layers/normalization/group_norm.ts";
import { layerNormLayer } from "./layers/normalization/layer_norm.ts";
import { avgPool2dLayer } from "./layers/pooling/avg_pool2d.ts";
import { globalAvgPoolLayer } from "./layers/pooling/global_avg_pool.ts";
import { globalMaxPoolLayer } from "./layers/pooling/global_max_pool.ts";
import { maxPool2dLayer } from "./layers/pooling/max_pool2d.ts";

/** The definition of every layer kind. */
export const LAYERS = {
  conv2d: conv2dLayer,
  linear: linearLayer,
  flatten: flattenLayer,
  identity: identityLayer,
  batchNorm2d: batchNorm2dLayer,
  batchNorm1d: batchNorm1dLayer,
  layerNorm: layerNormLayer,
  groupNorm: groupNormLayer,
  maxPool2d: maxPool2dLayer,
  avgPool2d: avgPool2dLayer,
  globalAvgPool: globalAvgPoolLayer,
  globalMaxPool: globalMaxPoolLayer,
  relu: reluLayer,
  relu6: relu6Layer,
  leakyRelu: leakyReluLayer,
  elu: eluLayer,
  gelu: geluLayer,
  silu: siluLayer,
  hardswish: hardswishLayer,
  sigmoid: sigmoidLayer,
  tanh: tanhLayer,
  softmax: softmaxLayer,
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
