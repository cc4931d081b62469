/** Rectified linear unit: max(x, 0). */
import { relu } from "../../../graph/ops/dense.ts";
import { defineLayer } from "../../layer.ts";

export const reluLayer = defineLayer({
  kind: "relu",
  torchName: "ReLU",
  description: "max(x, 0).",
  options: {},
  infer: (_layer, input) => ({ output: input }),
  build: (_layer, x) => relu(x),
});
