/** Convolutions by Winograd's F(M x M, 3 x 3) in the native engine: fewer products for 3 x 3 at stride 1. */
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

/** The pixels of a tile. */
function elementsOf(outputs: TileOutputs): number {
  return (outputs + 2) ** 2;
}

/**
 * Chooses tiles for a result by the products that they take. Those of 4 x 4 outputs round a little more: they are used where
 * a batch norm is next, which no longer tells small values from rounding errors anyway, and not where pools and ReLUs decide
 * by a last bit.
 */
function tilesFor([, height = 1, width = 1]: Shape, isNormalized: boolean): TileOutputs {
  const products = (outputs: TileOutputs) =>
    elementsOf(outputs) * Math.ceil(height / outputs) * Math.ceil(width / outputs);
  return isNormalized && products(4) < products(2) ? 4 : 2;
}

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

function isOfNorm({ kind }: Tensor): boolean {
  return kind === "batchNormInputGradient";
}

/** Returns the number of tiles that are worked on at a time. */
function blockOf(
  outputs: TileOutputs,
  channels: number,
  { floats, fewest }: typeof FORWARD | typeof GRADIENT,
): number {
  // Six tiles stay in registers.
  return Math.max(fewest, Math.floor(floats / elementsOf(outputs) / channels / 6) * 6);
}

/** Creates room for a block. */
function roomFor(
  outputs: TileOutputs,
  [channelsIn, channelsOut]: readonly [number, number],
  block: number,
  sums: number,
  { createRoom }: LoweringContext,
): Value {
  const planes = block * (channelsIn + channelsOut) + 2 * GAP + sums;
  return createRoom(channelsIn + elementsOf(outputs) * planes);
}

/** Transforms a filter, once. */
function transformed(
  filter: Value,
  outputs: TileOutputs,
  isTurned: boolean,
  of: Tensor,
  context: LoweringContext,
): Value {
  const [, , channelsIn = 1, channelsOut = 1] = filter.shape;
  return context.shared(`winograd ${outputs}${isTurned ? " turned" : ""}`, [of], () => {
    const panels = channelsOut / PANEL;
    const shape = [panels, elementsOf(outputs), channelsIn, PANEL];
    return context.call(
      "winogradFilter",
      [rows(context.create("winogradFilter", shape))],
      [whole(filter)],
      {
        units: panels,
        ints: [channelsIn, channelsOut, Number(isTurned), outputs],
        isBatch: false,
        cost: elementsOf(outputs) * channelsIn * channelsOut,
      },
    );
  });
}

function convolve(
  shape: Shape,
  { x, filter, outputs, transformed }: {
    readonly x: Value;
    readonly filter: Shape;
    readonly outputs: TileOutputs;
    readonly transformed: Value;
  },
  windows: Convolution,
  context: LoweringContext,
): Value {
  const channels = [sizeAt(x.shape, 3), sizeAt(shape, 3)] as const;
  const block = blockOf(outputs, channels[0] + channels[1], FORWARD);
  const room = roomFor(outputs, channels, block, 0, context);
  const y = context.create("winograd", shape);
  return context.call("winograd", [rows(y)], [rows(x), whole(transformed), whole(room)], {
    units: sizeAt(shape, 0),
    ints: [...windowInts(x.shape, shape, kernelSize(filter), windows), outputs, block],
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
  const outputs = tilesFor(tensor.shape, isNormalized);
  const u = transformed(filter, outputs, false, inputAt(tensor.inputs, 1), context);
  const operands = { x, filter: filter.shape, outputs, transformed: u };
  return convolve(tensor.shape, operands, tensor.attributes, context);
}

/** @param turned the filter with its channels out before those in */
export function winogradInputGradient(
  tensor: TensorOf<"conv2dInputGradient">,
  { turned, dy }: { readonly turned: Value; readonly dy: Value },
  context: LoweringContext,
): Value {
  const outputs = tilesFor(tensor.shape, isOfNorm(inputAt(tensor.inputs, 1)));
  const u = transformed(turned, outputs, true, inputAt(tensor.inputs, 0), context);
  const [top, bottom, left, right] = tensor.attributes.padding;
  const windows: Convolution = {
    ...tensor.attributes,
    padding: [2 - top, 2 - bottom, 2 - left, 2 - right],
  };
  const operands = { x: dy, filter: turned.shape, outputs, transformed: u };
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
  const outputs = tilesFor(dy.shape, isOfNorm(inputAt(tensor.inputs, 1)));
  const block = blockOf(outputs, channelsIn + channelsOut, GRADIENT);
  const room = roomFor(
    outputs,
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
        outputs,
        block,
      ],
      cost: convolutionCost(dy.shape, tensor.shape),
    },
  );
  return mergedParts(partial, context);
}
