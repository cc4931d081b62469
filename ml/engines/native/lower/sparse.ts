/** Gradients of convolutions in front of a pool, whose windows pass what comes back to one place each. */
import { elementCount, inputAt, type Shape, sizeAt, type TensorOf } from "../../../graph/tensor.ts";
import type { Convolution } from "../../../graph/windows.ts";
import type { Value } from "../calls.ts";
import { type LoweringContext, mergedParts, parts, rows, whole } from "./context.ts";
import { pooledWithPlaces } from "./places.ts";
import {
  convolutionCost,
  frameRoom,
  imageFrame,
  kernelSize,
  turned,
  windowInts,
} from "./windows.ts";

/** Floats of a kernel row that fill vectors of any length. */
const MAX_VECTOR = 16;
/** Channels out whose terms the kernels list at a time. */
const LISTS = 16;

/** Checks whether a convolution has gradients for what a pool passes back. */
export function fitsPooled(
  { filter, dilations: [down, right], groups }: Convolution & { readonly filter: Shape },
): boolean {
  const run = sizeAt(filter, 1) * sizeAt(filter, 2);
  return groups === 1 && down === 1 && right === 1 && run % MAX_VECTOR === 0;
}

/** The gradient of a pool, as the convolution in front of it sees it. */
interface Peaks {
  readonly d: Value;
  readonly places: Value;
  readonly ints: readonly number[];
  /** Windows, and elements of one. */
  readonly windows: number;
  readonly elements: number;
}

function peaksOf(dy: TensorOf<"maxPool2dGradient">, context: LoweringContext): Peaks {
  const pool = inputAt(dy.inputs, 1);
  if (pool.kind !== "maxPool2d") {
    throw new RangeError("Cannot lower a gradient of a pool: it has none.");
  }
  const { places } = pooledWithPlaces(pool, context);
  const { size: [height, width], strides, padding: [top, , left] } = dy.attributes;
  const [, down = 1, across = 1] = pool.shape;
  return {
    d: context.input(dy, 2),
    places,
    ints: [down, across, height, width, ...strides, top, left],
    windows: down * across,
    elements: height * width,
  };
}

export function pooledInputGradient(
  tensor: TensorOf<"conv2dInputGradient">,
  dy: TensorOf<"maxPool2dGradient">,
  context: LoweringContext,
): Value {
  const filter = context.input(tensor, 0);
  const { d, places, ints, windows, elements } = peaksOf(dy, context);
  const [height = 1, width = 1, channelsIn = 1, channelsOut = 1] = filter.shape;
  const byRows = context.shared(
    "turned by rows",
    [inputAt(tensor.inputs, 0)],
    () =>
      turned(filter, [height, channelsOut, width, channelsIn], [
        height,
        width * channelsIn,
        channelsOut,
        1,
      ], context),
  );
  const size = kernelSize(filter.shape);
  const frame = frameRoom(tensor.shape, imageFrame(dy.shape, size, tensor.attributes), context);
  const room = context.createRoom(2 * (windows * channelsOut + MAX_VECTOR + windows * elements));
  const dx = context.create("pooledInputGradient", tensor.shape);
  const inputs = [whole(byRows), rows(d), rows(places), rows(frame), whole(room)];
  return context.call("pooledInputGradient", [rows(dx)], inputs, {
    units: sizeAt(tensor.shape, 0),
    ints: [...windowInts(tensor.shape, dy.shape, size, tensor.attributes), ...ints],
    cost: convolutionCost(dy.shape, filter.shape) / elements,
  });
}

/** Elements of a kernel and channels that a filter may have whose gradient is taken along the channels out. */
const MAX_MASKED = 128;

/** Checks whether a convolution has few channels in, and vectors of channels out. */
export function fitsMasked(
  { filter, dilations: [down, right], groups }: Convolution & { readonly filter: Shape },
): boolean {
  return groups === 1 && down === 1 && right === 1 && sizeAt(filter, 3) % MAX_VECTOR === 0 &&
    elementCount(filter) / sizeAt(filter, 3) <= MAX_MASKED;
}

export function maskedFilterGradient(
  tensor: TensorOf<"conv2dFilterGradient">,
  dy: TensorOf<"maxPool2dGradient">,
  context: LoweringContext,
): Value {
  const x = context.input(tensor, 0);
  const { d, places, ints, elements } = peaksOf(dy, context);
  const units = sizeAt(x.shape, 0);
  const size = kernelSize(tensor.shape);
  const frame = frameRoom(x.shape, imageFrame(dy.shape, size, tensor.attributes), context);
  const partial = context.createParts("maskedFilterGradient", tensor.shape, units);
  const inputs = [rows(x), rows(d), rows(places), rows(frame)];
  context.call("maskedFilterGradient", [parts(partial)], inputs, {
    units,
    ints: [...windowInts(x.shape, dy.shape, size, tensor.attributes), ...ints],
    cost: convolutionCost(dy.shape, tensor.shape) / elements,
  });
  return mergedParts(partial, context);
}

export function pooledFilterGradient(
  tensor: TensorOf<"conv2dFilterGradient">,
  dy: TensorOf<"maxPool2dGradient">,
  context: LoweringContext,
): Value {
  const x = context.input(tensor, 0);
  const { d, places, ints, windows, elements } = peaksOf(dy, context);
  const units = sizeAt(x.shape, 0);
  const [height = 1, width = 1, channelsIn = 1, channelsOut = 1] = tensor.shape;
  const size = kernelSize(tensor.shape);
  const frame = frameRoom(x.shape, imageFrame(dy.shape, size, tensor.attributes), context);
  const room = context.createRoom(
    sizeAt(dy.shape, 1) * sizeAt(dy.shape, 2) + 2 * LISTS * windows,
  );
  const partial = context.createParts("pooledFilterGradient", [
    height,
    channelsOut,
    width,
    channelsIn,
  ], units);
  const inputs = [rows(x), rows(d), rows(places), rows(frame), whole(room)];
  context.call("pooledFilterGradient", [parts(partial)], inputs, {
    units,
    ints: [...windowInts(x.shape, dy.shape, size, tensor.attributes), ...ints],
    cost: convolutionCost(dy.shape, tensor.shape) / elements,
  });
  const sum = mergedParts(partial, context);
  return turned(sum, tensor.shape, [height, channelsOut, width * channelsIn, 1], context);
}
