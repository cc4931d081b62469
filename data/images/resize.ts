/**
 * Resizing of images as Pillow's `Image.resize(size, BILINEAR, box)` does it, to the same bytes: the filter widens when
 * images shrink, and each pass rounds to whole numbers.
 */
import type { Image } from "../tensor.ts";

/** A part of an image in pixels: the left, top, right and bottom edge. They may be fractions. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Bits behind the point of a weight. */
const PRECISION_BITS = 22;

/** The weights of an axis: for each output pixel the first input pixel, and the weights from there on. */
interface Weights {
  readonly first: Int32Array;
  readonly counts: Int32Array;
  /** [output size, stride] */
  readonly values: Int32Array;
  readonly stride: number;
}

/**
 * Resizes a part of an image.
 *
 * @param box defaults to the whole image
 */
export function resize(image: Image, height: number, width: number, box?: Box): Image {
  const [fromHeight, fromWidth, channels] = image.shape;
  const { left, top, right, bottom } = box ??
    { left: 0, top: 0, right: fromWidth, bottom: fromHeight };
  const isWide = width !== fromWidth || left !== 0 || right !== fromWidth;
  const isHigh = height !== fromHeight || top !== 0 || bottom !== fromHeight;
  let { pixels } = image;
  if (isWide) {
    pixels = resizeRows(
      pixels,
      fromHeight,
      fromWidth,
      channels,
      weigh(fromWidth, left, right, width),
    );
  }
  if (isHigh) {
    pixels = resizeColumns(pixels, width * channels, weigh(fromHeight, top, bottom, height));
  }
  return { shape: [height, width, channels], pixels };
}

/** Computes the weights of one axis, in the precision of Pillow: its boxes are 32-bit floats. */
function weigh(size: number, from: number, to: number, outputs: number): Weights {
  const start = Math.fround(from);
  const scale = Math.fround(Math.fround(to) - start) / outputs;
  const support = Math.max(scale, 1);
  const stride = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(outputs);
  const counts = new Int32Array(outputs);
  const values = new Int32Array(outputs * stride);
  const exact = new Float64Array(stride);
  for (let output = 0; output < outputs; output++) {
    const center = start + (output + 0.5) * scale;
    const low = Math.max(0, Math.trunc(center - support + 0.5));
    const count = Math.min(size, Math.trunc(center + support + 0.5)) - low;
    let total = 0;
    for (let at = 0; at < count; at++) {
      const weight = Math.max(0, 1 - Math.abs((at + low - center + 0.5) * (1 / support)));
      exact[at] = weight;
      total += weight;
    }
    for (let at = 0; at < count; at++) {
      const share = total === 0 ? exact[at] ?? 0 : (exact[at] ?? 0) / total;
      values[output * stride + at] = Math.trunc(0.5 + share * 2 ** PRECISION_BITS);
    }
    first[output] = low;
    counts[output] = count;
  }
  return { first, counts, values, stride };
}

function resizeRows(
  pixels: Uint8Array,
  height: number,
  width: number,
  channels: number,
  { first, counts, values, stride }: Weights,
): Uint8Array {
  const outputs = first.length;
  const resized = new Uint8Array(height * outputs * channels);
  let to = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < outputs; x++) {
      const begin = (y * width + (first[x] ?? 0)) * channels;
      const count = counts[x] ?? 0;
      for (let channel = 0; channel < channels; channel++) {
        let sum = 1 << (PRECISION_BITS - 1);
        for (let at = 0, from = begin + channel; at < count; at++, from += channels) {
          sum += (pixels[from] ?? 0) * (values[x * stride + at] ?? 0);
        }
        resized[to++] = clip(sum);
      }
    }
  }
  return resized;
}

function resizeColumns(
  pixels: Uint8Array,
  row: number,
  { first, counts, values, stride }: Weights,
): Uint8Array {
  const outputs = first.length;
  const resized = new Uint8Array(outputs * row);
  for (let y = 0; y < outputs; y++) {
    const begin = (first[y] ?? 0) * row;
    const count = counts[y] ?? 0;
    for (let x = 0; x < row; x++) {
      let sum = 1 << (PRECISION_BITS - 1);
      for (let at = 0, from = begin + x; at < count; at++, from += row) {
        sum += (pixels[from] ?? 0) * (values[y * stride + at] ?? 0);
      }
      resized[y * row + x] = clip(sum);
    }
  }
  return resized;
}

/** Rounds a sum with its weights' precision to 0..255. */
function clip(sum: number): number {
  const value = sum >> PRECISION_BITS;
  return value < 0 ? 0 : value > 255 ? 255 : value;
}
