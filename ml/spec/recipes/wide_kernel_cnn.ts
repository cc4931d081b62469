/** A CNN for 28 x 28 gray images with 5 x 5 kernels, trained by Adam. */
import { layers } from "../../network/parse.ts";
import type { RecipeDefinition } from "./recipe.ts";

export const wideKernelCnn: RecipeDefinition = {
  network: {
    name: "WIDE_KERNEL_CNN",
    inputShape: [28, 28, 1],
    normalization: { mean: [0], std: [1] },
    layers: layers([
      { conv2d: { name: "conv1", outChannels: 32, kernelSize: 5 } },
      { relu: { name: "relu1" } },
      { maxPool2d: { name: "pool1", kernelSize: 2 } },
      { conv2d: { name: "conv2", outChannels: 64, kernelSize: 5 } },
      { relu: { name: "relu2" } },
      { maxPool2d: { name: "pool2", kernelSize: 2 } },
      { flatten: { name: "flatten" } },
      { linear: { name: "fc1", outFeatures: 256 } },
      { relu: { name: "relu3" } },
      { linear: { name: "fc2" } },
      { logSoftmax: { name: "logSoftmax" } },
    ]),
  },
  loss: { kind: "nll", classWeights: null },
  optimizer: { kind: "adam", beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0, amsgrad: false },
  learningRate: 0.001,
  batchSize: 100,
  epochs: 10,
};
