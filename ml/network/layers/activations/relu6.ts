/** Rectifier with an upper limit: min(max(x, 0), 6). */
import { relu6 } from "../../../graph/ops/activations.ts";
import { defineLayer } from "../../layer.ts";

export const relu6Layer = defineLayer({
  kind: "relu6",
  torchName: "ReLU6",
  description: "min(max(x, 0), 6).",
  options: {},
  infer: (_layer, input) => ({ output: input }),
  build: (_layer, x) => relu6(x),
});
