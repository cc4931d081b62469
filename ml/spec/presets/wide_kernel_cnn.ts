/** A CNN for 28 x 28 gray images with 5 x 5 kernels, trained by Adam. */
import type { Preset } from "./preset.ts";

export const wideKernelCnn: Preset = {
  network: {
    name: "WIDE_KERNEL_CNN",
    inputShape: [28, 28, 1],
    normalization: { mean: 0, std: 1 },
    layers: [
      { kind: "conv2d", name: "conv1", outChannels: 32, kernelSize: 5 },
      { kind: "relu", name: "relu1" },
      { kind: "maxPool2d", name: "pool1", size: 2 },
      { kind: "conv2d", name: "conv2", outChannels: 64, kernelSize: 5 },
      { kind: "relu", name: "relu2" },
      { kind: "maxPool2d", name: "pool2", size: 2 },
      { kind: "flatten", name: "flatten" },
      { kind: "linear", name: "fc1", outFeatures: 256 },
      { kind: "relu", name: "relu3" },
      { kind: "linear", name: "fc2", outFeatures: 10 },
      { kind: "logSoftmax", name: "logSoftmax" },
    ],
    loss: "nll",
  },
  optimizer: { kind: "adam", beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  learningRate: 0.001,
  batchSize: 100,
  epochs: 10,
};
