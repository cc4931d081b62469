/** Channel dropout: in training, zeroes whole channels of a sample with probability `p`, else as dropout. */
import { sizeAt } from "../../graph/tensor.ts";
import { fraction } from "../../options/option.ts";
import { defineLayer, imageShape } from "../layer.ts";
import { drop } from "./dropout.ts";

export const dropout2dLayer = defineLayer({
  kind: "dropout2d",
  torchName: "Dropout2d",
  description: "Zeroes whole channels in training, and scales the rest by 1/(1-p).",
  options: { p: fraction({ default: 0.5, description: "probability of a channel to be zeroed" }) },
  infer(layer, input) {
    imageShape(layer, input);
    return { output: input };
  },
  build: ({ p }, x, context) => drop(x, p, [1, 1, sizeAt(x.shape, 3)], context),
});
