/** Softmax: the classes' probabilities; of an image, over the channels of each pixel. */
import { softmax } from "../../../graph/ops/classification.ts";
import { defineLayer } from "../../layer.ts";

export const softmaxLayer = defineLayer({
  kind: "softmax",
  torchName: "Softmax",
  description: "Probabilities of the classes.",
  options: {},
  infer: (_layer, input) => ({ output: input }),
  build: (_layer, x) => softmax(x),
});
