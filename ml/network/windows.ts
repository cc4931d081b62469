/** Windows of layers as PyTorch places them: the padding of both sides, pools that may end beyond the image. */
import type { Padding, Pair } from "../graph/windows.ts";
import { flag, sizes } from "../options/option.ts";
import { type Activations, imageShape, type LayerBase, layerShapeError } from "./layer.ts";

/** Options of a pool. */
export interface PoolOptions extends LayerBase {
  readonly kernelSize: Pair;
  /** Null for the kernel's size. */
  readonly stride: Pair | null;
  readonly padding: Pair;
  readonly ceilMode: boolean;
}

/** The windows of a pool on an image. */
export interface PoolWindows {
  readonly size: Pair;
  readonly strides: Pair;
  readonly padding: Padding;
  /** The number of windows along the height and the width. */
  readonly output: Pair;
}

/** Returns the padding of all four sides. */
export function bothSides([height, width]: Pair): Padding {
  return [height, height, width, width];
}

/** Places a pool's windows. With ceilMode the last one may reach beyond the padding, but must begin before its end. */
export function poolWindows(
  { kernelSize, stride, padding, ceilMode }: PoolOptions,
  image: Pair,
): PoolWindows {
  const strides = stride ?? kernelSize;
  const along = (axis: 0 | 1) => {
    const [size, step, before] = [kernelSize[axis], strides[axis], padding[axis]];
    const steps = (image[axis] + 2 * before - size) / step;
    const windows = (ceilMode ? Math.ceil(steps) : Math.floor(steps)) + 1;
    const isBeyond = ceilMode && (windows - 1) * step >= image[axis] + before;
    const count = isBeyond ? windows - 1 : windows;
    return { count, after: Math.max(0, (count - 1) * step + size - image[axis] - before) };
  };
  const [rows, columns] = [along(0), along(1)];
  return {
    size: kernelSize,
    strides,
    padding: [padding[0], rows.after, padding[1], columns.after],
    output: [rows.count, columns.count],
  };
}

/**
 * Infers the output of a pool.
 *
 * @throws {LayerError} if its windows do not fit
 */
export function inferPool(layer: PoolOptions, input: Activations): Activations {
  const [height, width, channels] = imageShape(layer, input);
  const { kernelSize, padding } = layer;
  if (padding[0] * 2 > kernelSize[0] || padding[1] * 2 > kernelSize[1]) {
    const rule = `its padding of ${padding.join(" x ")} must be at most half of its window`;
    throw layerShapeError(layer, rule, input.shape, "padding");
  }
  const { output } = poolWindows(layer, [height, width]);
  if (output[0] < 1 || output[1] < 1) {
    const [high, wide] = kernelSize;
    const size = high === wide ? high : kernelSize.join(" x ");
    const rule = `its window of ${size} must fit into the image`;
    throw layerShapeError(layer, rule, input.shape, "kernelSize");
  }
  return { shape: [...output, channels] };
}

/**
 * Returns the number of elements that each window's sum is divided by, [height, width].
 *
 * @param countsPadding whether padding counts; what lies beyond it, under ceilMode, never does
 */
export function windowCounts(
  { kernelSize, padding }: PoolOptions,
  { strides, output }: PoolWindows,
  image: Pair,
  countsPadding: boolean,
): readonly number[] {
  const along = (axis: 0 | 1) =>
    Array.from({ length: output[axis] }, (_, at) => {
      const before = padding[axis];
      const [low, high] = countsPadding ? [-before, image[axis] + before] : [0, image[axis]];
      const begin = at * strides[axis] - before;
      return Math.min(begin + kernelSize[axis], high) - Math.max(begin, low);
    });
  return along(0).flatMap((rows) => along(1).map((columns) => rows * columns));
}

/** The options that pools have in common. */
export const POOL_OPTIONS = {
  kernelSize: sizes({ description: "height and width of the window" }),
  stride: sizes({ default: null, description: "steps of the window. Without any, its size" }),
  padding: sizes({ min: 0, default: [0, 0], description: "rows and columns added on each side" }),
  ceilMode: flag({ default: false, description: "keeps the last window if it is incomplete" }),
} as const;
