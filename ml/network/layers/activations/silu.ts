/** Sigmoid linear unit, also called swish: x * sigmoid(x). */
import { sigmoid } from "../../../graph/ops/activations.ts";
import { multiply } from "../../../graph/ops/arithmetic.ts";
import { defineLayer } from "../../layer.ts";

export const siluLayer = defineLayer({
  kind: "silu",
  torchName: "SiLU",
  description: "x * sigmoid(x).",
  options: {},
  infer: (_layer, input) => ({ output: input }),
  build: (_layer, x) => multiply(x, sigmoid(x)),
});
