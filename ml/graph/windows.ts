/** Windows that slide over images: kernels and pools, with strides, padding and dilation. */

/** A size along the rows and one along the columns. */
export type Pair = readonly [height: number, width: number];

/** Rows and columns added around an image. */
export type Padding = readonly [top: number, bottom: number, left: number, right: number];

/** A window: its number of elements, its steps, and what is added around the image. */
export interface Window {
  readonly size: Pair;
  readonly strides: Pair;
  readonly padding: Padding;
  /** The distance of neighbouring elements. */
  readonly dilations: Pair;
}

/** The way a kernel moves over images. */
export interface Convolution {
  readonly strides: Pair;
  readonly padding: Padding;
  readonly dilations: Pair;
  /** Channels are divided into so many groups, each with filters of its own. */
  readonly groups: number;
}

/** The way a pool moves over images. */
export interface Pooling {
  readonly size: Pair;
  readonly strides: Pair;
  readonly padding: Padding;
}

export const ONES: Pair = [1, 1];
export const NO_PADDING: Padding = [0, 0, 0, 0];

/** Counts the windows that fit into an image along both axes; 0 or less where none fits. */
export function countWindows(image: Pair, window: Window): Pair {
  const along = (axis: 0 | 1) => {
    const [before, after] = paddingAlong(axis, window.padding);
    const room = image[axis] + before + after - spanAlong(axis, window);
    return Math.floor(room / window.strides[axis]) + 1;
  };
  return [along(0), along(1)];
}

/**
 * Returns the part of an image that the first windows read. Padding is not part of the image: what the windows at the
 * bottom and right read of it makes the whole image count.
 */
export function fieldOfWindows(image: Pair, windows: Pair, window: Window): Pair {
  const along = (axis: 0 | 1) => {
    const [before] = paddingAlong(axis, window.padding);
    const last = (windows[axis] - 1) * window.strides[axis] + spanAlong(axis, window) - before;
    return Math.max(1, Math.min(last, image[axis]));
  };
  return [along(0), along(1)];
}

/** Checks whether an image is padded at all. */
export function isPadded(padding: Padding): boolean {
  return padding.some((size) => size !== 0);
}

/** Checks that sizes are whole, strides and dilations at least 1, and no padding negative. */
export function isWindow({ size, strides, padding, dilations }: Window): boolean {
  return [...size, ...strides, ...dilations].every((value) =>
    Number.isInteger(value) && value >= 1
  ) &&
    padding.every((value) => Number.isInteger(value) && value >= 0);
}

/** The number of rows or columns that a window reaches over. */
function spanAlong(axis: 0 | 1, { size, dilations }: Window): number {
  return (size[axis] - 1) * dilations[axis] + 1;
}

function paddingAlong(axis: 0 | 1, [top, bottom, left, right]: Padding): Pair {
  return axis === 0 ? [top, bottom] : [left, right];
}
