/** Global max pooling: the maximum of each channel. */
import { wholeField } from "../../../graph/image_field.ts";
import { maxPool2d } from "../../../graph/ops/image.ts";
import { defineLayer, imageShape } from "../../layer.ts";

export const globalMaxPoolLayer = defineLayer({
  kind: "globalMaxPool",
  torchName: "AdaptiveMaxPool2d",
  description: "Maximum of each channel: an image of 1 x 1.",
  options: {},
  infer(layer, input) {
    const [, , channels] = imageShape(layer, input);
    return { output: { shape: [1, 1, channels] } };
  },
  build: (_layer, x) => maxPool2d(x, wholeField(x)),
});
