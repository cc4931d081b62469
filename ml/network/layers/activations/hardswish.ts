/** Swish from straight lines: x * relu6(x + 3) / 6. */
import { relu6 } from "../../../graph/ops/activations.ts";
import { add, multiply } from "../../../graph/ops/arithmetic.ts";
import { constant } from "../../../graph/ops/sources.ts";
import { defineLayer } from "../../layer.ts";

export const hardswishLayer = defineLayer({
  kind: "hardswish",
  torchName: "Hardswish",
  description: "x * relu6(x + 3) / 6.",
  options: {},
  infer: (_layer, input) => ({ output: input }),
  build: (_layer, x) => multiply(x, multiply(relu6(add(x, constant(3))), constant(1 / 6))),
});
