/** Convolutions by Winograd's F(2x2, 3x3) in the native engine: fewer products for 3 x 3 at stride 1. */
import { inputAt, type Shape, sizeAt, type Tensor, type TensorOf } from "../../../graph/tensor.ts";
import type { Convolution } from "../../../graph/windows.ts";
import type { Value } from "../calls.ts";
import { type LoweringContext, mergedParts, parts, rows, whole } from "./context.ts";
import { PANEL } from "./panels.ts";
import { convolutionCost, kernelSize, windowInts } from "./windows.ts";

/** The elements of a tile of the input, 4 x 4. */
const TILE_ELEMENTS = 16;
/** Between two elements of all tiles. */
const GAP = 16;
/** The floats of a block of transformed tiles, so that the second cache holds them; and its fewest tiles. */
const FORWARD = { floats: 65_536, fewest: 24 } as const;
/** Sums over tiles are loaded and stored once for a block. */
const GRADIENT = { floats: 262_144, fewest: 66 } as const;

/** Checks whether a convolution can be done so, and is worth it. */
export function fitsWinograd(
  { filter, strides, dilations, groups, padding }: Convolution & { readonly filter: Shape },
): boolean {
  const [height, width, channelsIn = 1, channelsOut = 1] = filter;
  return groups === 1 && height === 3 && width === 3 &&
    [...strides, ...dilations].every((size) => size === 1) &&
    // The gradient of the input is a convolution with the rest of 2 around the image.
    padding.every((size) => size <= 2) && channelsIn % PANEL === 0 && channelsOut % PANEL === 0;
}

/** Returns the number of tiles that are worked on at a time. */
function blockOf(channels: number, { floats, fewest }: typeof FORWARD | typeof GRADIENT): number {
  // Six tiles stay in registers.
  return Math.max(fewest, Math.floor(floats / TILE_ELEMENTS / channels / 6) * 6);
}

/** Creates room for a block. */
function roomFor(
  [channelsIn, channelsOut]: readonly [number, number],
  block: number,
  sums: number,
  { createRoom }: LoweringContext,
): Value {
  const planes = block * (channelsIn + channelsOut) + 2 * GAP + sums;
  return createRoom(TILE_ELEMENTS * (channelsIn + planes));
}

/** Transforms a filter, once. */
function transformed(
  filter: Value,
  isTurned: boolean,
  of: Tensor,
  context: LoweringContext,
): Value {
  const [, , channelsIn = 1, channelsOut = 1] = filter.shape;
  return context.shared(isTurned ? "winograd turned" : "winograd", [of], () => {
    const panels = channelsOut / PANEL;
    const shape = [panels, TILE_ELEMENTS, channelsIn, PANEL];
    return context.call(
      "winogradFilter",
      [rows(context.create("winogradFilter", shape))],
      [whole(filter)],
      { units: panels, ints: [channelsIn, channelsOut, Number(isTurned)], isBatch: false },
    );
  });
}

function convolve(
  shape: Shape,
  { x, filter, transformed }: {
    readonly x: Value;
    readonly filter: Shape;
    readonly transformed: Value;
  },
  windows: Convolution,
  context: LoweringContext,
): Value {
  const channels = [sizeAt(x.shape, 3), sizeAt(shape, 3)] as const;
  const block = blockOf(channels[0] + channels[1], FORWARD);
  const room = roomFor(channels, block, 0, context);
  const y = context.create("winograd", shape);
  return context.call("winograd", [rows(y)], [rows(x), whole(transformed), whole(room)], {
    units: sizeAt(shape, 0),
    ints: [...windowInts(x.shape, shape, kernelSize(filter), windows), block],
    cost: convolutionCost(shape, filter),
  });
}

export function winograd(
  tensor: TensorOf<"conv2d">,
  { x, filter }: { readonly x: Value; readonly filter: Value },
  context: LoweringContext,
): Value {
  const u = transformed(filter, false, inputAt(tensor.inputs, 1), context);
  const operands = { x, filter: filter.shape, transformed: u };
  return convolve(tensor.shape, operands, tensor.attributes, context);
}

/** @param turned the filter with its channels out before those in */
export function winogradInputGradient(
  tensor: TensorOf<"conv2dInputGradient">,
  { turned, dy }: { readonly turned: Value; readonly dy: Value },
  context: LoweringContext,
): Value {
  const u = transformed(turned, true, inputAt(tensor.inputs, 0), context);
  const [top, bottom, left, right] = tensor.attributes.padding;
  const windows: Convolution = {
    ...tensor.attributes,
    padding: [2 - top, 2 - bottom, 2 - left, 2 - right],
  };
  const operands = { x: dy, filter: turned.shape, transformed: u };
  return convolve(tensor.shape, operands, windows, context);
}

export function winogradFilterGradient(
  tensor: TensorOf<"conv2dFilterGradient">,
  { x, dy }: { readonly x: Value; readonly dy: Value },
  context: LoweringContext,
): Value {
  const units = sizeAt(x.shape, 0);
  const [, , channelsIn = 1, channelsOut = 1] = tensor.shape;
  const partial = context.createParts("winogradFilterGradient", tensor.shape, units);
  const block = blockOf(channelsIn + channelsOut, GRADIENT);
  const room = roomFor(
    [channelsIn, channelsOut],
    block,
    channelsIn * channelsOut + GAP,
    context,
  );
  context.call(
    "winogradFilterGradient",
    [parts(partial)],
    [rows(x), rows(dy), whole(room)],
    {
      units,
      ints: [...windowInts(x.shape, dy.shape, kernelSize(tensor.shape), tensor.attributes), block],
      cost: convolutionCost(dy.shape, tensor.shape),
    },
  );
  return mergedParts(partial, context);
}
