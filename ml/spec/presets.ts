/** The built-in recipes: three small CNNs for 28 x 28 grey images, each with how it is trained by default. */
import type { Network } from "../network/network.ts";

/** The recipes' names, as clients write them. */
export const RECIPES = ["BASIC_CNN", "DROPOUT_CNN", "WIDE_KERNEL_CNN"] as const;
export type Recipe = (typeof RECIPES)[number];

/** How weights follow gradients. Learning rates are set by the training spec. */
export type Optimizer =
  | { readonly kind: "sgd"; readonly momentum: number }
  | {
    readonly kind: "adam";
    readonly beta1: number;
    readonly beta2: number;
    readonly epsilon: number;
  };

/** A network with its optimizer and the defaults of its training. */
export interface Preset {
  readonly network: Network;
  readonly optimizer: Optimizer;
  readonly learningRate: number;
  readonly batchSize: number;
  readonly epochs: number;
}

const inputShape = [28, 28, 1] as const;
const unitRange = { mean: 0, std: 1 } as const;

/** Every recipe, by name. */
export const PRESETS: Readonly<Record<Recipe, Preset>> = {
  BASIC_CNN: {
    network: {
      name: "BASIC_CNN",
      inputShape,
      normalization: unitRange,
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
  },
  DROPOUT_CNN: {
    network: {
      name: "DROPOUT_CNN",
      inputShape,
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
  },
  WIDE_KERNEL_CNN: {
    network: {
      name: "WIDE_KERNEL_CNN",
      inputShape,
      normalization: unitRange,
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
  },
};

/** An optimizer in words: 'SGD, momentum 0.5'. */
export function optimizerName(optimizer: Optimizer): string {
  switch (optimizer.kind) {
    case "sgd":
      return optimizer.momentum === 0 ? "SGD" : `SGD, momentum ${optimizer.momentum}`;
    case "adam":
      return "Adam";
    default:
      return optimizer satisfies never;
  }
}
