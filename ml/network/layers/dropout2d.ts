/** Channel dropout: in training, zeroes whole channels of a sample with probability `rate`, else as dropout. */
import { sizeAt } from "../../graph/tensor.ts";
import { imageShape, isRate, type LayerBase, type LayerDefinition } from "../layer.ts";
import { drop } from "./dropout.ts";

export interface Dropout2dLayer extends LayerBase {
  readonly kind: "dropout2d";
  readonly rate: number;
}

export const dropout2dLayer: LayerDefinition<Dropout2dLayer> = {
  kind: "dropout2d",
  torchName: "Dropout2d",
  attributes: { rate: isRate },
  infer(layer, input) {
    imageShape(layer, input);
    return { output: input };
  },
  build: ({ rate }, x, context) => drop(x, rate, [1, 1, sizeAt(x.shape, 3)], context),
};
