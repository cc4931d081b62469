/** Hyperbolic tangent. */
import { tanh } from "../../../graph/ops/activations.ts";
import { defineLayer } from "../../layer.ts";

export const tanhLayer = defineLayer({
  kind: "tanh",
  torchName: "Tanh",
  description: "Hyperbolic tangent.",
  options: {},
  infer: (_layer, input) => ({ output: input }),
  build: (_layer, x) => tanh(x),
});
