/** A sequence: layers one after the other, as one layer. */
import { layers } from "../../../options/option.ts";
import { defineLayer } from "../../layer.ts";

export const sequenceLayer = defineLayer({
  kind: "sequence",
  torchName: "Sequential",
  description: "Layers one after the other.",
  options: { layers: layers({ description: "layers in their order" }) },
  infer: ({ layers }, input, context) => ({
    output: context.layers(layers, input, { option: ["layers"], name: [] }),
  }),
  build: ({ layers }, x, context) => context.layers(layers, x),
});
