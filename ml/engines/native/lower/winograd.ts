/** Convolutions by Winograd's F(M x M, R x R) in the native engine: fewer products for 3 x 3 and 5 x 5 at stride 1. */
import { inputAt, type Shape, sizeAt, type Tensor, type TensorOf } from "../../../graph/tensor.ts";
import type { Convolution } from "../../../graph/windows.ts";
import type { Value } from "../calls.ts";
import { type LoweringContext, mergedParts, parts, rows, whole } from "./context.ts";
import { PANEL } from "./panels.ts";
import { convolutionCost, kernelSize, windowInts } from "./windows.ts";

/** Outputs along a tile. */
type TileOutputs = 2 | 4;

/** Between two elements of all tiles. */
const GAP = 16;
/** The floats of a block of transformed tiles, so that the second cache holds them; and its fewest tiles. */
const FORWARD = { floats: 65_536, fewest: 24 } as const;
const GRADIENT = { floats: 131_072, fewest: 24 } as const;

/** Outputs along a tile, and lines of the filter. */
interface Tile {
  readonly outputs: TileOutputs;
  readonly kernel: number;
}

/** The pixels of a tile. */
function elementsOf({ outputs, kernel }: Tile): number {
  return (outputs + kernel - 1) ** 2;
}

/** The products of a channel that a result takes. */
function productsOf([, height = 1, width = 1]: Shape, tile: Tile): number {
  const { outputs } = tile;
  return elementsOf(tile) * Math.ceil(height / outputs) * Math.ceil(width / outputs);
}

/** Positions of a small image: so few pools and ReLUs behind it hardly ever decide by a last bit. */
const FEW_POSITIONS = 256;

/**
 * Chooses tiles for a result by the products that they take. Those of 4 x 4 outputs round a little more: they are used
 * where a batch norm is next, which no longer tells small values from rounding errors anyway, and for small images, but
 * not where many pools and ReLUs decide by a last bit.
 */
function tilesFor(result: Shape, mayRound: boolean): Tile {
  const [small, large] = [{ outputs: 2, kernel: 3 }, { outputs: 4, kernel: 3 }] as const;
  return mayRound && productsOf(result, large) < productsOf(result, small) ? large : small;
}

/**
 * Tiles of filters of 5 x 5, which round as tiles of 4 x 4 outputs do: they take so few products that they are always
 * used.
 */
const OF_FIVE: Tile = { outputs: 2, kernel: 5 };

/** A convolution with the shape of its filter. */
type Filtered = Convolution & { readonly filter: Shape };

/** Checks whether a convolution by 3 x 3 and both its gradients can be done so. */
export function fitsWinograd(windows: Filtered): boolean {
  return hasTiles(windows, 3);
}

/** Checks whether a convolution by 5 x 5 can be done so, and takes fewer products then. */
export function fitsWinogradOfFive(windows: Filtered, result: Shape): boolean {
  const direct = sizeAt(result, 1) * sizeAt(result, 2) * OF_FIVE.kernel ** 2;
  return hasTiles(windows, OF_FIVE.kernel) && productsOf(result, OF_FIVE) < direct;
}

function hasTiles(
  { filter, strides, dilations, groups, padding }: Filtered,
  kernel: number,
): boolean {
  const [height, width, channelsIn = 1, channelsOut = 1] = filter;
  return groups === 1 && height === kernel && width === kernel &&
    [...strides, ...dilations].every((size) => size === 1) &&
    // The gradient of the input is a convolution with the rest around the image.
    padding.every((size) => size < kernel) && channelsIn % PANEL === 0 && channelsOut % PANEL === 0;
}

function isOfNorm({ kind }: Tensor): boolean {
  return kind === "batchNormInputGradient";
}

/** Returns the number of tiles that are worked on at a time. */
function blockOf(
  tile: Tile,
  channels: number,
  { floats, fewest }: typeof FORWARD | typeof GRADIENT,
): number {
  // Six tiles stay in registers.
  return Math.max(fewest, Math.floor(floats / elementsOf(tile) / channels / 6) * 6);
}

/** Creates room for a block. */
function roomFor(
  tile: Tile,
  [channelsIn, channelsOut]: readonly [number, number],
  block: number,
  sums: number,
  { createRoom }: LoweringContext,
): Value {
  const planes = block * (channelsIn + channelsOut) + 2 * GAP + sums;
  return createRoom(channelsIn + elementsOf(tile) * planes);
}

/** Transforms a filter, once. */
function transformed(
  filter: Value,
  tile: Tile,
  isTurned: boolean,
  of: Tensor,
  context: LoweringContext,
): Value {
  const [, , channelsIn = 1, channelsOut = 1] = filter.shape;
  return context.shared(`winograd ${tile.outputs}${isTurned ? " turned" : ""}`, [of], () => {
    const panels = channelsOut / PANEL;
    const shape = [panels, elementsOf(tile), channelsIn, PANEL];
    return context.call(
      "winogradFilter",
      [rows(context.create("winogradFilter", shape))],
      [whole(filter)],
      {
        units: panels,
        ints: [channelsIn, channelsOut, Number(isTurned), tile.outputs, tile.kernel],
        isBatch: false,
        cost: elementsOf(tile) * channelsIn * channelsOut,
      },
    );
  });
}

function convolve(
  shape: Shape,
  { x, filter, tile, transformed }: {
    readonly x: Value;
    readonly filter: Shape;
    readonly tile: Tile;
    readonly transformed: Value;
  },
  windows: Convolution,
  context: LoweringContext,
): Value {
  const channels = [sizeAt(x.shape, 3), sizeAt(shape, 3)] as const;
  const block = blockOf(tile, channels[0] + channels[1], FORWARD);
  const room = roomFor(tile, channels, block, 0, context);
  const y = context.create("winograd", shape);
  return context.call("winograd", [rows(y)], [rows(x), whole(transformed), whole(room)], {
    units: sizeAt(shape, 0),
    ints: [...windowInts(x.shape, shape, kernelSize(filter), windows), tile.outputs, block],
    cost: convolutionCost(shape, filter),
  });
}

/** Lowers a convolution by Winograd's transform. */
export function winograd(
  tensor: TensorOf<"conv2d">,
  { x, filter }: { readonly x: Value; readonly filter: Value },
  context: LoweringContext,
): Value {
  const isNormalized = context.users(tensor)?.some(({ kind }) => kind === "batchNorm") === true;
  const isSmall = sizeAt(tensor.shape, 1) * sizeAt(tensor.shape, 2) <= FEW_POSITIONS;
  const isOfFive = sizeAt(filter.shape, 0) === OF_FIVE.kernel;
  const tile = isOfFive ? OF_FIVE : tilesFor(tensor.shape, isNormalized || isSmall);
  const u = transformed(filter, tile, false, inputAt(tensor.inputs, 1), context);
  const operands = { x, filter: filter.shape, tile, transformed: u };
  return convolve(tensor.shape, operands, tensor.attributes, context);
}

/** @param turned the filter with its channels out before those in */
export function winogradInputGradient(
  tensor: TensorOf<"conv2dInputGradient">,
  { turned, dy }: { readonly turned: Value; readonly dy: Value },
  context: LoweringContext,
): Value {
  const tile = tilesFor(tensor.shape, isOfNorm(inputAt(tensor.inputs, 1)));
  const u = transformed(turned, tile, true, inputAt(tensor.inputs, 0), context);
  const [top, bottom, left, right] = tensor.attributes.padding;
  const windows: Convolution = {
    ...tensor.attributes,
    padding: [2 - top, 2 - bottom, 2 - left, 2 - right],
  };
  const operands = { x: dy, filter: turned.shape, tile, transformed: u };
  return convolve(tensor.shape, operands, windows, context);
}

/** Lowers the gradient of a convolution's filter by Winograd's transform. */
export function winogradFilterGradient(
  tensor: TensorOf<"conv2dFilterGradient">,
  { x, dy }: { readonly x: Value; readonly dy: Value },
  context: LoweringContext,
): Value {
  const units = sizeAt(x.shape, 0);
  const [, , channelsIn = 1, channelsOut = 1] = tensor.shape;
  const partial = context.createParts("winogradFilterGradient", tensor.shape, units);
  const tile = tilesFor(dy.shape, isOfNorm(inputAt(tensor.inputs, 1)));
  const block = blockOf(tile, channelsIn + channelsOut, GRADIENT);
  const room = roomFor(
    tile,
    [channelsIn, channelsOut],
    block,
    PANEL * PANEL + GAP,
    context,
  );
  context.call(
    "winogradFilterGradient",
    [parts(partial)],
    [rows(x), rows(dy), whole(room)],
    {
      units,
      ints: [
        ...windowInts(x.shape, dy.shape, kernelSize(tensor.shape), tensor.attributes),
        tile.outputs,
        block,
      ],
      cost: convolutionCost(dy.shape, tensor.shape),
    },
  );
  return mergedParts(partial, context);
}
