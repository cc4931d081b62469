/**
 * Transforms with the names that PyTorch users know from torchvision.transforms: functions that make a sample
 * into what a network takes. The random ones are in random_transforms.ts.
 */
import { type RandomStream, randomStream } from "../random.ts";
import type { Image, Tensor } from "../tensor.ts";

/** Position of the sample being transformed. */
export interface SampleContext {
  /** The sample's index in its dataset. */
  readonly index: number;
  /** The epoch it is loaded for, from 1; 0 where there is none. */
  readonly epoch: number;
  /**
   * Opens a stream of chance that depends on the seed, the sample and the epoch alone, whichever thread asks. A
   * second call for the same sample gives another stream.
   */
  random(seed: number): RandomStream;
}

/** Makes a sample into another. Most look at the input only. */
export type Transform<In, Out> = (input: In, context: SampleContext) => Out;

/** The context of one sample in one epoch. */
export function sampleContext(index: number, epoch: number): SampleContext {
  let streams = 0;
  return {
    index,
    epoch,
    random: (seed) => randomStream(seed, "transform", epoch, index, streams++),
  };
}

/**
 * Applies transforms one after the other.
 *
 * @example
 * ```ts
 * const transform = Compose([ToTensor(), Normalize([0.1307], [0.3081])]);
 * const pixel = { shape: [1, 1, 1], pixels: Uint8Array.of(255) } as const;
 * transform(pixel, sampleContext(0, 0)).shape; // [1, 1, 1]
 * ```
 */
export function Compose<A, B>(transforms: readonly [Transform<A, B>]): Transform<A, B>;
export function Compose<A, B, C>(
  transforms: readonly [Transform<A, B>, Transform<B, C>],
): Transform<A, C>;
export function Compose<A, B, C, D>(
  transforms: readonly [Transform<A, B>, Transform<B, C>, Transform<C, D>],
): Transform<A, D>;
export function Compose<A, B, C, D, E>(
  transforms: readonly [Transform<A, B>, Transform<B, C>, Transform<C, D>, Transform<D, E>],
): Transform<A, E>;
export function Compose<A, B, C, D, E, F>(
  transforms: readonly [
    Transform<A, B>,
    Transform<B, C>,
    Transform<C, D>,
    Transform<D, E>,
    Transform<E, F>,
  ],
): Transform<A, F>;
export function Compose<A>(transforms: readonly Transform<A, A>[]): Transform<A, A>;
export function Compose(
  transforms: readonly Transform<unknown, unknown>[],
): Transform<unknown, unknown> {
  return (input, context) => transforms.reduce((value, next) => next(value, context), input);
}

/** A function of one's own as a transform. */
export function Lambda<In, Out>(
  transform: (input: In, context: SampleContext) => Out,
): Transform<In, Out> {
  if (typeof transform !== "function") {
    throw new TypeError(
      `Cannot make a Lambda: it must be given a function, got ${typeof transform}.`,
    );
  }
  return transform;
}

/** Float32 value of each pixel value: x / 255. */
const UNIT = Float32Array.from({ length: 256 }, (_, value) => value / 255);

/** Makes an image [height, width, channels] of 0..255 into a tensor [channels, height, width] of 0..1. */
export function ToTensor(): (image: Image) => Tensor<Float32Array> {
  return (image) => {
    const [height, width, channels] = image.shape;
    const data = new Float32Array(channels * height * width);
    writePlanes(image, data, 0);
    return { shape: [channels, height, width], data };
  };
}

/** Writes an image's pixels / 255, channel by channel, from `offset` on. */
export function writePlanes(image: Image, to: Float32Array, offset: number): void {
  const { pixels, shape: [height, width, channels] } = image;
  const plane = height * width;
  if (pixels.length !== plane * channels) {
    throw new RangeError(
      `Cannot make a tensor of an image: ${height} x ${width} x ${channels} must have ` +
        `${plane * channels} pixel values, got ${pixels.length}.`,
    );
  }
  for (let channel = 0; channel < channels; channel++) {
    const start = offset + channel * plane;
    for (let pixel = 0; pixel < plane; pixel++) {
      to[start + pixel] = UNIT[pixels[pixel * channels + channel] ?? 0] ?? 0;
    }
  }
}

/**
 * Subtracts a mean from each channel of a tensor [channels, height, width] and divides by a standard deviation.
 * One number stands for all channels.
 *
 * @throws {RangeError} if a standard deviation is 0 or not a number, or the numbers do not fit the channels
 */
export function Normalize(
  mean: readonly number[],
  std: readonly number[],
): (tensor: Tensor<Float32Array>) => Tensor<Float32Array> {
  const means = Float32Array.from(mean);
  const stds = Float32Array.from(std);
  if (means.length === 0 || means.length !== stds.length) {
    throw new RangeError(
      `Cannot normalise: mean and std must have as many numbers, one a channel, ` +
        `got ${means.length} and ${stds.length}.`,
    );
  }
  if (!stds.every((value) => value !== 0 && Number.isFinite(value))) {
    throw new RangeError(
      `Cannot normalise: every std must be a number other than 0, got ${std.join(", ")}.`,
    );
  }
  if (!means.every(Number.isFinite)) {
    throw new RangeError(`Cannot normalise: every mean must be a number, got ${mean.join(", ")}.`);
  }
  return ({ shape, data }) => {
    const [channels = 0] = shape;
    if (shape.length !== 3 || (means.length !== 1 && means.length !== channels)) {
      throw new RangeError(
        `Cannot normalise a tensor [${
          shape.join(", ")
        }]: it must be [channels, height, width] with ` +
          `${means.length === 1 ? "any number of" : means.length} channels.`,
      );
    }
    const plane = data.length / channels;
    const result = new Float32Array(data.length);
    for (let channel = 0; channel < channels; channel++) {
      const at = means.length === 1 ? 0 : channel;
      const shift = means[at] ?? 0;
      const scale = stds[at] ?? 1;
      for (let index = channel * plane; index < (channel + 1) * plane; index++) {
        result[index] = Math.fround((data[index] ?? 0) - shift) / scale;
      }
    }
    return { shape, data: result };
  };
}
