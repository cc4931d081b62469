/** A repetition: the same layers several times, each time with weights of their own. */
import type { Activations } from "../../layer.ts";
import type { Tensor } from "../../../graph/tensor.ts";
import { integer, layers } from "../../../options/option.ts";
import { defineLayer } from "../../layer.ts";

export const repeatLayer = defineLayer({
  kind: "repeat",
  torchName: "Sequential",
  description: "The same layers several times, each time with weights of their own.",
  options: {
    times: integer({ max: 1000, description: "number of repetitions" }),
    layers: layers({ description: "layers in their order" }),
  },
  infer({ times, layers }, input, context) {
    let output: Activations = input;
    for (let turn = 0; turn < times; turn++) {
      output = context.layers(layers, output, { option: ["layers"], name: [String(turn)] });
    }
    return { output };
  },
  build({ times, layers }, input, context) {
    let x: Tensor = input;
    for (let turn = 0; turn < times; turn++) x = context.layers(layers, x);
    return x;
  },
});
