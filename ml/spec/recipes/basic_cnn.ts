/** A small CNN for 28 x 28 gray images: two convolutions with 3 x 3 kernels, two linear layers, trained by SGD. */
import { layers } from "../../network/parse.ts";
import type { RecipeDefinition } from "./recipe.ts";

export const basicCnn: RecipeDefinition = {
  network: {
    name: "BASIC_CNN",
    inputShape: [28, 28, 1],
    normalization: { mean: [0], std: [1] },
    layers: layers([
      { conv2d: { name: "conv1", outChannels: 32, kernelSize: 3 } },
      { relu: { name: "relu1" } },
      { maxPool2d: { name: "pool1", kernelSize: 2 } },
      { conv2d: { name: "conv2", outChannels: 64, kernelSize: 3 } },
      { relu: { name: "relu2" } },
      { maxPool2d: { name: "pool2", kernelSize: 2 } },
      { flatten: { name: "flatten" } },
      { linear: { name: "fc1", outFeatures: 64 } },
      { relu: { name: "relu3" } },
      { linear: { name: "fc2" } },
    ]),
  },
  loss: { kind: "crossEntropy", labelSmoothing: 0, classWeights: null },
  optimizer: { kind: "sgd", momentum: 0, dampening: 0, weightDecay: 0, nesterov: false },
  learningRate: 0.01,
  batchSize: 32,
  epochs: 5,
};
