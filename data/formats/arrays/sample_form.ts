/** The samples in the rows of an array: images, of any order of their axes, or vectors of features. */
import type { ArrayFile } from "./array_file.ts";
import type { Values } from "./elements.ts";

/** The smallest number of bytes in a row that are taken for the pixels of a square image. */
const MIN_PIXELS = 64;

/** Numbers of channels of images. */
const CHANNELS = [1, 3];

/** The samples of an array. */
export type SampleForm =
  | { readonly kind: "features"; readonly count: number }
  | {
    readonly kind: "pixels";
    readonly imageShape: readonly [height: number, width: number, channels: number];
    /** The index in a row of each value of an image [height, width, channels]; undefined if it is the same one. */
    readonly order: Int32Array | undefined;
  };

/** Options of sampleFormOf(). */
export interface FormOptions {
  /** [height, width] or [channels, height, width] of images in rows that are vectors. */
  readonly imageShape?: readonly number[] | undefined;
  /** True for images whose rows and columns are exchanged. */
  readonly isTransposed?: boolean | undefined;
}

/**
 * Returns the samples of an array.
 *
 * @throws {RangeError} whose message completes 'Cannot import FILE: it …'
 */
export function sampleFormOf(
  { element, shape }: ArrayFile,
  { imageShape, isTransposed = false }: FormOptions,
): SampleForm {
  const [, first = 0, second, third, ...more] = shape;
  const isChannels = (size: number | undefined) => size !== undefined && CHANNELS.includes(size);
  if (shape.length === 2) {
    const given = imageShape ? givenShape(imageShape, first) : undefined;
    const side = Math.sqrt(first);
    const isBytes = element.kind === "number" && element.type === "u1";
    if (given) return given;
    return isBytes && first >= MIN_PIXELS && Number.isInteger(side)
      ? pixels(side, side, 1)
      : { kind: "features", count: first };
  }
  if (second !== undefined && third === undefined) {
    return isTransposed ? transposed(first, second) : pixels(first, second, 1);
  }
  if (second !== undefined && third !== undefined && more.length === 0) {
    if (isChannels(third)) return pixels(first, second, third);
    if (isChannels(first)) return channelsFirst(first, second, third);
  }
  throw new RangeError(
    "must hold samples [count, height, width], [count, height, width, channels], [count, channels, height, width] with " +
      `1 or 3 channels, or [count, features], got [${shape.join(", ")}].`,
  );
}

function pixels(
  height: number,
  width: number,
  channels: number,
  order?: Int32Array,
): SampleForm & { readonly kind: "pixels" } {
  return { kind: "pixels", imageShape: [height, width, channels], order };
}

function channelsFirst(channels: number, height: number, width: number) {
  const area = height * width;
  const order = Int32Array.from(
    { length: area * channels },
    (_, at) => (at % channels) * area + Math.floor(at / channels),
  );
  return pixels(height, width, channels, channels === 1 ? undefined : order);
}

function transposed(height: number, width: number) {
  const order = Int32Array.from(
    { length: height * width },
    (_, at) => (at % height) * width + Math.floor(at / height),
  );
  return pixels(width, height, 1, order);
}

function givenShape(shape: readonly number[], count: number) {
  const [channels = 0, height = 0, width = 0] = shape.length === 2 ? [1, ...shape] : shape;
  if (shape.length > 3 || !CHANNELS.includes(channels) || channels * height * width !== count) {
    throw new RangeError(
      `must fit csv.imageShape [height, width] or [channels, height, width], got ${count} values for [${
        shape.join(", ")
      }].`,
    );
  }
  return channelsFirst(channels, height, width);
}

/** Brings the values of a row to the order [height, width, channels]. */
export function ordered(values: Values, order: Int32Array | undefined): Values {
  if (!order) return values;
  const moved = values.slice();
  for (let at = 0; at < moved.length; at++) moved[at] = values[order[at] ?? 0] ?? 0;
  return moved;
}
