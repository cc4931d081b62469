/** Leaky rectifier: x above 0, else x times a small slope. */
import { leakyRelu } from "../../../graph/ops/activations.ts";
import { number } from "../../../options/option.ts";
import { defineLayer } from "../../layer.ts";

export const leakyReluLayer = defineLayer({
  kind: "leakyRelu",
  torchName: "LeakyReLU",
  description: "x above 0, else negativeSlope * x.",
  options: {
    negativeSlope: number({ default: 0.01, description: "slope below 0" }),
  },
  infer: (_layer, input) => ({ output: input }),
  build: ({ negativeSlope }, x) => leakyRelu(x, negativeSlope),
});
