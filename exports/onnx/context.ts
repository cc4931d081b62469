/** The context in which layers are lowered to ONNX. Images are [batch, channels, height, width], as in PyTorch. */
import type { LayerKind } from "../../ml/network/layers.ts";
import { arrayName } from "../../ml/network/network.ts";
import type { StateArray } from "../../ml/state.ts";
import { type TrainedModel, weightOf } from "../model.ts";
import type { LayerTable } from "../walk.ts";
import { createGraph, type GraphBuilder } from "./graph.ts";
import type { Attributes } from "./model_proto.ts";

/** The context of a lowering. */
export interface OnnxContext {
  readonly graph: GraphBuilder;
  /** Adds an operation of a layer; returns its output. */
  add(at: At, op: string, inputs: readonly string[], attributes?: Attributes): string;
  /** Adds a weight or buffer of a layer, with PyTorch's name and layout; returns its name. */
  weight(at: At, name: string): string;
  /** Adds a weight of one value a channel, in a shape that is broadcast over images. */
  channelWeight(at: At, name: string): string;
}

/** A layer as its operations are named after it. */
export interface At {
  readonly path: string;
}

/** The functions that lower layers of some kinds. Values are the names of tensors. */
export type OnnxTable<Kinds extends LayerKind> = LayerTable<string, OnnxContext, Kinds>;

/** Creates the context of a model. */
export function createContext(model: TrainedModel): OnnxContext {
  const graph = createGraph();
  const find = ({ path }: At, name: string): StateArray => weightOf(model, arrayName(path, name));
  return {
    graph,
    add: ({ path }, op, inputs, attributes) => graph.add(path, op, inputs, attributes),
    weight(at, name) {
      const array = find(at, name);
      return graph.array(array.name, array.shape, array.values);
    },
    channelWeight(at, name) {
      const array = find(at, name);
      return graph.array(array.name, [...array.shape, 1, 1], array.values);
    },
  };
}

/** Adds the weight of a layer and, if it has one, its bias; returns their names. */
export function weightAndBias(
  at: At,
  bias: boolean,
  { weight }: OnnxContext,
): readonly string[] {
  return [weight(at, "weight"), ...(bias ? [weight(at, "bias")] : [])];
}
