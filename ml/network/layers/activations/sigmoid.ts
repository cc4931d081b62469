/** Sigmoid: 1 / (1 + exp(-x)). */
import { sigmoid } from "../../../graph/ops/activations.ts";
import { defineLayer } from "../../layer.ts";

export const sigmoidLayer = defineLayer({
  kind: "sigmoid",
  torchName: "Sigmoid",
  description: "1 / (1 + exp(-x)).",
  options: {},
  infer: (_layer, input) => ({ output: input }),
  build: (_layer, x) => sigmoid(x),
});
