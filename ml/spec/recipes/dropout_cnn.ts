/** A CNN for 28 x 28 gray images with dropout, trained by SGD with momentum. */
import { layers } from "../../network/parse.ts";
import type { RecipeDefinition } from "./recipe.ts";

export const dropoutCnn: RecipeDefinition = {
  network: {
    name: "DROPOUT_CNN",
    inputShape: [28, 28, 1],
    normalization: { mean: [0.1307], std: [0.3081] },
    layers: layers([
      { conv2d: { name: "conv1", outChannels: 32, kernelSize: 3 } },
      { relu: { name: "relu1" } },
      { conv2d: { name: "conv2", outChannels: 64, kernelSize: 3 } },
      { relu: { name: "relu2" } },
      { maxPool2d: { name: "pool", kernelSize: 2 } },
      { dropout2d: { name: "dropout1", p: 0.25 } },
      { flatten: { name: "flatten" } },
      { linear: { name: "fc1", outFeatures: 128 } },
      { relu: { name: "relu3" } },
      { dropout: { name: "dropout2", p: 0.5 } },
      { linear: { name: "fc2" } },
      { logSoftmax: { name: "logSoftmax" } },
    ]),
  },
  loss: { kind: "nll", classWeights: null },
  optimizer: { kind: "sgd", momentum: 0.5, dampening: 0, weightDecay: 0, nesterov: false },
  learningRate: 0.01,
  batchSize: 64,
  epochs: 10,
};
