/** A residual connection: body(x) + shortcut(x). */
import { add } from "../../../graph/ops/arithmetic.ts";
import { layers } from "../../../options/option.ts";
import { defineLayer } from "../../layer.ts";
import { mergedActivations } from "../../merge.ts";

export const residualLayer = defineLayer({
  kind: "residual",
  torchName: "Residual",
  description: "Sum of two ways: body(x) + shortcut(x).",
  options: {
    body: layers({ description: "layers of the body" }),
    shortcut: layers({
      default: null,
      description: "layers of the shortcut. Without any, x itself",
    }),
  },
  infer({ body, shortcut }, input, context) {
    const output = context.layers(body, input, { option: ["body"], name: ["body"] });
    const other = shortcut === null
      ? input
      : context.layers(shortcut, input, { option: ["shortcut"], name: ["shortcut"] });
    const ways = "body and shortcut of residual";
    return { output: mergedActivations(ways, "ADD", [output, other], "shortcut") };
  },
  build({ body, shortcut }, x, context) {
    const output = context.layers(body, x);
    return add(output, shortcut === null ? x : context.layers(shortcut, x));
  },
});
