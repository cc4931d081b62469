/**
 * The input of exported models: images of values 0 to 1 as torchvision's ToTensor gives them, or vectors of features.
 */
import { channelsFirst } from "../ml/network/layer.ts";
import { isVector, type Network } from "../ml/network/network.ts";

/** The input of a model. */
export interface ModelInput {
  readonly name: "images" | "features";
  /** The shape of one sample in PyTorch's order: [channels, height, width] or [features]. */
  readonly shape: readonly number[];
  /** The number of channels of an image; undefined for vectors. */
  readonly channels: number | undefined;
  /** The normalisation of the input's own values: (value - mean) / std, one of each a channel or feature. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** The shape in which mean and std are broadcast over a batch. */
  readonly broadcastShape: readonly number[];
}

/** The values that pixels are divided by. Networks normalise divided values; features are given as they are. */
export const SCALE = 255;

/** Describes the input of a network. */
export function inputOf(network: Network): ModelInput {
  const { inputShape, normalization: { mean, std } } = network;
  const shape = channelsFirst(inputShape);
  if (!isVector(network)) {
    return {
      name: "images",
      shape,
      channels: inputShape[2],
      mean,
      std,
      broadcastShape: [mean.length, 1, 1],
    };
  }
  return {
    name: "features",
    shape,
    channels: undefined,
    mean: mean.map((value) => value * SCALE),
    std: std.map((value) => value * SCALE),
    broadcastShape: [mean.length],
  };
}
