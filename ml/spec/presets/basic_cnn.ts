/** A small CNN for 28 x 28 gray images: two convolutions with 3 x 3 kernels, two linear layers, trained by SGD. */
import type { Preset } from "./preset.ts";

export const basicCnn: Preset = {
  network: {
    name: "BASIC_CNN",
    inputShape: [28, 28, 1],
    normalization: { mean: 0, std: 1 },
    layers: [
      { kind: "conv2d", name: "conv1", outChannels: 32, kernelSize: 3 },
      { kind: "relu", name: "relu1" },
      { kind: "maxPool2d", name: "pool1", size: 2 },
      { kind: "conv2d", name: "conv2", outChannels: 64, kernelSize: 3 },
      { kind: "relu", name: "relu2" },
      { kind: "maxPool2d", name: "pool2", size: 2 },
      { kind: "flatten", name: "flatten" },
      { kind: "linear", name: "fc1", outFeatures: 64 },
      { kind: "relu", name: "relu3" },
      { kind: "linear", name: "fc2", outFeatures: 10 },
    ],
    loss: "crossEntropy",
  },
  optimizer: { kind: "sgd", momentum: 0 },
  learningRate: 0.01,
  batchSize: 32,
  epochs: 5,
};
