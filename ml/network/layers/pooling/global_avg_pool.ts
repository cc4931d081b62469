/** Global average pooling: the mean of each channel. */
import { wholeField } from "../../../graph/image_field.ts";
import { multiply, sum } from "../../../graph/ops/arithmetic.ts";
import { constant } from "../../../graph/ops/sources.ts";
import { defineLayer, imageShape } from "../../layer.ts";

export const globalAvgPoolLayer = defineLayer({
  kind: "globalAvgPool",
  torchName: "AdaptiveAvgPool2d",
  description: "Mean of each channel: an image of 1 x 1.",
  options: {},
  infer(layer, input) {
    const [, , channels] = imageShape(layer, input);
    return { output: { shape: [1, 1, channels] } };
  },
  build(_layer, x) {
    const [height, width] = wholeField(x);
    return multiply(sum(x, [1, 2], true), constant(1 / (height * width)));
  },
});
