/** A CNN for 28 x 28 gray images with dropout, trained by SGD with momentum. */
import type { Preset } from "./preset.ts";

export const dropoutCnn: Preset = {
  network: {
    name: "DROPOUT_CNN",
    inputShape: [28, 28, 1],
    normalization: { mean: 0.1307, std: 0.3081 },
    layers: [
      { kind: "conv2d", name: "conv1", outChannels: 32, kernelSize: 3 },
      { kind: "relu", name: "relu1" },
      { kind: "conv2d", name: "conv2", outChannels: 64, kernelSize: 3 },
      { kind: "relu", name: "relu2" },
      { kind: "maxPool2d", name: "pool", size: 2 },
      { kind: "dropout2d", name: "dropout1", rate: 0.25 },
      { kind: "flatten", name: "flatten" },
      { kind: "linear", name: "fc1", outFeatures: 128 },
      { kind: "relu", name: "relu3" },
      { kind: "dropout", name: "dropout2", rate: 0.5 },
      { kind: "linear", name: "fc2", outFeatures: 10 },
      { kind: "logSoftmax", name: "logSoftmax" },
    ],
    loss: "nll",
  },
  optimizer: { kind: "sgd", momentum: 0.5 },
  learningRate: 0.01,
  batchSize: 64,
  epochs: 10,
};
