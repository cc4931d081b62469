/**
 * Transforms with chance, for images before ToTensor(). Each needs a seed: what it does to a sample depends on
 * the seed, the sample's index and the epoch alone, so that an epoch comes out the same with any number of
 * workers. Two of the same kind in one Compose() do not do the same.
 */
import { MAX_SEED } from "../random.ts";
import type { Image } from "../tensor.ts";
import type { Transform } from "./transforms.ts";

/** Options of every random transform. */
export interface Seeded {
  /** A whole number between 0 and 2147483647. */
  readonly seed: number;
}

/** A number, or the least and the most. */
export type Span = number | readonly [min: number, max: number];

/** Flips an image left to right, in `p` of the cases. */
export function RandomHorizontalFlip(
  options: Seeded & { readonly p?: number },
): Transform<Image, Image> {
  const { p = 0.5, seed } = options;
  checkSeed("RandomHorizontalFlip", seed);
  if (!(p >= 0 && p <= 1)) throw wrong("RandomHorizontalFlip", "p", "between 0 and 1", p);
  return (image, context) => {
    if (context.random(seed).uniform(0, 1) >= p) return image;
    return remap(image, image.shape, (row, column) => [row, image.shape[1] - 1 - column]);
  };
}

/**
 * Cuts out a piece at a random place.
 *
 * @param size [height, width] of the piece; one number for a square
 * @param options.padding how many black pixels are put around the image first
 */
export function RandomCrop(
  size: number | readonly [height: number, width: number],
  options: Seeded & { readonly padding?: number },
): Transform<Image, Image> {
  const { padding = 0, seed } = options;
  checkSeed("RandomCrop", seed);
  const [height, width] = typeof size === "number" ? [size, size] : size;
  for (const side of [height, width]) {
    if (!Number.isInteger(side) || side < 1) {
      throw wrong("RandomCrop", "size", "whole numbers of at least 1", size);
    }
  }
  if (!Number.isInteger(padding) || padding < 0) {
    throw wrong("RandomCrop", "padding", "a whole number of at least 0", padding);
  }
  return (image, context) => {
    const [rows, columns, channels] = image.shape;
    const spareRows = rows + 2 * padding - height;
    const spareColumns = columns + 2 * padding - width;
    if (spareRows < 0 || spareColumns < 0) {
      throw new RangeError(
        `Cannot crop to ${height} x ${width}: the padded image must be at least as large, got ` +
          `${rows + 2 * padding} x ${columns + 2 * padding}.`,
      );
    }
    const stream = context.random(seed);
    const top = stream.int(0, spareRows) - padding;
    const left = stream.int(0, spareColumns) - padding;
    return remap(image, [height, width, channels], (row, column) => [top + row, left + column]);
  };
}

/**
 * Turns an image around its centre, counter-clockwise, to the nearest pixels; what comes in is black.
 *
 * @param degrees the range of angles; one number for -degrees to degrees
 */
export function RandomRotation(degrees: Span, options: Seeded): Transform<Image, Image> {
  checkSeed("RandomRotation", options.seed);
  const [least, most] = range("RandomRotation", degrees);
  return (image, context) => {
    const angle = context.random(options.seed).uniform(least, most);
    return affine(image, { angle, right: 0, down: 0, scale: 1 });
  };
}

/** Options of RandomAffine(). */
export interface AffineOptions extends Seeded {
  /** The range of angles, counter-clockwise; one number for -degrees to degrees. */
  readonly degrees: Span;
  /** Maximum translation, as fractions of the width and the height. */
  readonly translate?: readonly [horizontal: number, vertical: number];
  /** The range of sizes. */
  readonly scale?: readonly [min: number, max: number];
}

/** Turns, moves and scales an image, to the nearest pixels; what comes in is black. */
export function RandomAffine(options: AffineOptions): Transform<Image, Image> {
  const { degrees, translate = [0, 0], scale = [1, 1], seed } = options;
  checkSeed("RandomAffine", seed);
  const [least, most] = range("RandomAffine", degrees);
  if (!translate.every((part) => part >= 0 && part <= 1)) {
    throw wrong("RandomAffine", "translate", "two numbers between 0 and 1", translate);
  }
  if (!(scale[0] > 0 && scale[1] >= scale[0] && Number.isFinite(scale[1]))) {
    throw wrong("RandomAffine", "scale", "two numbers above 0, the smaller first", scale);
  }
  return (image, context) => {
    const [height, width] = image.shape;
    const stream = context.random(seed);
    const angle = stream.uniform(least, most);
    const across = translate[0] * width;
    const along = translate[1] * height;
    const right = Math.round(stream.uniform(-across, across));
    const down = Math.round(stream.uniform(-along, along));
    return affine(image, { angle, right, down, scale: stream.uniform(...scale) });
  };
}

/** A turn by an angle in degrees and a scale, around the centre, then a move in pixels. */
interface Movement {
  readonly angle: number;
  readonly right: number;
  readonly down: number;
  readonly scale: number;
}

function affine(image: Image, { angle, right, down, scale }: Movement): Image {
  const radians = angle * Math.PI / 180;
  const cosine = Math.cos(radians) / scale;
  const sine = Math.sin(radians) / scale;
  const middleRow = (image.shape[0] - 1) / 2;
  const middleColumn = (image.shape[1] - 1) / 2;
  return remap(image, image.shape, (row, column) => {
    const y = row - middleRow - down;
    const x = column - middleColumn - right;
    return [
      Math.round(middleRow + sine * x + cosine * y),
      Math.round(middleColumn + cosine * x - sine * y),
    ];
  });
}

/** Takes each pixel from the place that `from` names; black where that is outside. */
function remap(
  image: Image,
  shape: Image["shape"],
  from: (row: number, column: number) => readonly [row: number, column: number],
): Image {
  const [rows, columns, channels] = image.shape;
  const [height, width] = shape;
  const pixels = new Uint8Array(height * width * channels);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [fromRow, fromColumn] = from(row, column);
      if (fromRow < 0 || fromRow >= rows || fromColumn < 0 || fromColumn >= columns) continue;
      const source = (fromRow * columns + fromColumn) * channels;
      pixels.set(
        image.pixels.subarray(source, source + channels),
        (row * width + column) * channels,
      );
    }
  }
  return { shape, pixels };
}

function range(transform: string, degrees: Span): readonly [number, number] {
  const [least, most] = typeof degrees === "number" ? [-degrees, degrees] : degrees;
  if (!(Number.isFinite(least) && Number.isFinite(most) && least <= most)) {
    throw wrong(transform, "degrees", "a number of at least 0, or two, the smaller first", degrees);
  }
  return [least, most];
}

function checkSeed(transform: string, seed: number): void {
  if (Number.isInteger(seed) && seed >= 0 && seed <= MAX_SEED) return;
  throw wrong(transform, "seed", `a whole number between 0 and ${MAX_SEED}`, seed);
}

function wrong(transform: string, option: string, rule: string, value: unknown): RangeError {
  return new RangeError(`Cannot make a ${transform}: ${option} must be ${rule}, got ${value}.`);
}
