/** Walks the layers of a network for a format: one function per kind turns an input into an output. */
import type { Tagged } from "../ml/options/option.ts";
import { asLayer, type Layer, type LayerKind } from "../ml/network/layers.ts";
import { inferShapes, type Network, type ShapedLayer } from "../ml/network/network.ts";

/** The place of a layer in its network. */
export interface Place<Value> extends ShapedLayer {
  /** Lowers a list of layers that the layer contains, in the order in which the network lists them. */
  layers(list: readonly Tagged[], input: Value): Value;
}

/** The layer of a kind. */
export type LayerOf<Kind extends LayerKind> = Extract<Layer, { readonly kind: Kind }>;

/** The functions that lower layers to a format, one per kind: a format that lacks a layer does not compile. */
export type LayerTable<Value, Context, Kinds extends LayerKind = LayerKind> = {
  readonly [Kind in Kinds]: (
    layer: LayerOf<Kind>,
    input: Value,
    place: Place<Value>,
    context: Context,
  ) => Value;
};

/** Lowers all layers of a network; returns the value of its output. */
export function walkLayers<Value, Context>(
  network: Network,
  input: Value,
  table: LayerTable<Value, Context>,
  context: Context,
): Value {
  const shaped = inferShapes(network);
  let next = 0;
  const layers = (list: readonly Tagged[], first: Value): Value =>
    list.reduce((x: Value, given) => {
      const place = shaped[next++];
      if (!place) throw new RangeError("Cannot export: a layer is missing from the network.");
      const layer = asLayer(given);
      // The kind and the function belong together; the compiler cannot follow that through the table.
      const lower = table[layer.kind] as LayerTable<Value, Context>["identity"];
      return lower(layer as LayerOf<"identity">, x, { ...place, layers }, context);
    }, first);
  return layers(network.layers, input);
}
