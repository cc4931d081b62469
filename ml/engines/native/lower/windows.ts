/** Sizes of windows over images, room for the zeros around images, and turned filters. */
import { elementCount, type Shape, sizeAt } from "../../../graph/tensor.ts";
import type { Convolution } from "../../../graph/windows.ts";
import type { Operand, Value } from "../calls.ts";
import { type LoweringContext, rows } from "./context.ts";

/** The sizes of windows over images, in the order of the kernels' struct. */
export function windowInts(
  image: Shape,
  result: Shape,
  [kernelHeight, kernelWidth]: readonly [number, number],
  { strides, padding, dilations, groups }: Convolution,
): readonly number[] {
  const [top, , left] = padding;
  return [
    ...image.slice(1),
    ...result.slice(1),
    kernelHeight,
    kernelWidth,
    ...strides,
    top,
    left,
    ...dilations,
    groups,
  ];
}

/** Returns the height and the width of a filter [height, width, channels in, channels out]. */
export function kernelSize(filter: Shape): readonly [number, number] {
  return [sizeAt(filter, 0), sizeAt(filter, 1)];
}

/** The multiply-adds of a convolution. */
export function convolutionCost(result: Shape, filter: Shape): number {
  return elementCount(result) * elementCount(filter.slice(0, 3));
}

/** Swaps channels in and out, in each of some units. */
export function turned(
  filter: Value,
  shape: Shape,
  [units, channelsIn, channelsOut, groups]: readonly [number, number, number, number],
  context: LoweringContext,
): Value {
  return context.call("turnFilter", [rows(context.create("turnFilter", shape))], [rows(filter)], {
    units,
    ints: [channelsIn, channelsOut, groups],
    isBatch: false,
  });
}

/** Creates room for an image of each sample with the zeros around it that windows reach. */
export function frameRoom(
  image: Shape,
  [height, width]: readonly [number, number],
  context: LoweringContext,
): Value {
  return context.create("frame", [
    sizeAt(image, 0),
    Math.max(1, height * width * sizeAt(image, 3)),
  ]);
}

/** Creates the same for a convolution, if it needs it. */
export function roomOf(
  image: Shape,
  size: readonly [number, number],
  windows: Convolution & { readonly filter: Shape },
  context: LoweringContext,
): readonly Operand[] {
  return readsInPlace(windows) ? [] : [rows(frameRoom(image, size, context))];
}

/** Checks whether images are read where they are: depthwise by 3 x 3, as the kernels say. */
function readsInPlace(
  { filter: [height, width, channelsIn, channelsOut = 1], strides, padding, dilations, groups }:
    & Convolution
    & { readonly filter: Shape },
): boolean {
  const [down, across] = strides;
  return height === 3 && width === 3 && channelsIn === 1 && groups === channelsOut &&
    channelsOut >= 16 && down === across && across <= 2 && dilations.every((size) => size === 1) &&
    padding[0] <= 2 && padding[2] <= 2;
}

/** Returns height and width of an image that holds all windows. */
export function imageFrame(
  result: Shape,
  kernel: readonly [number, number],
  { strides, dilations }: Convolution,
): readonly [number, number] {
  const [height, width] = [0, 1].map((axis) =>
    (sizeAt(result, axis + 1) - 1) * (strides[axis] ?? 1) +
    ((kernel[axis] ?? 1) - 1) * (dilations[axis] ?? 1) + 1
  );
  return [height ?? 1, width ?? 1];
}
