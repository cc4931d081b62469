/** A residual connection: body(x) + shortcut(x). */
import { add } from "../../graph/ops/arithmetic.ts";
import { sameShape } from "../../graph/tensor.ts";
import { layers } from "../../options/option.ts";
import { channelsFirst, defineLayer, LayerError } from "../layer.ts";

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
    if (!sameShape(output.shape, other.shape)) {
      const [first, second] = [output, other].map(({ shape }) => channelsFirst(shape).join(", "));
      throw new LayerError(
        `Cannot add body and shortcut of residual: their shapes must be equal, got [${first}] and [${second}].`,
        "shortcut",
      );
    }
    return { output };
  },
  build({ body, shortcut }, x, context) {
    const output = context.layers(body, x);
    return add(output, shortcut === null ? x : context.layers(shortcut, x));
  },
});
