/** Rectified linear unit: max(x, 0). */
import { relu } from "../../graph/ops/dense.ts";
import type { LayerBase, LayerDefinition } from "../layer.ts";

export interface ReluLayer extends LayerBase {
  readonly kind: "relu";
}

export const reluLayer: LayerDefinition<ReluLayer> = {
  kind: "relu",
  torchName: "ReLU",
  attributes: {},
  infer: (_layer, input) => ({ output: input }),
  build: (_layer, x) => relu(x),
};
