/** Gradients of convolutions in front of a pool, where most of what comes back is 0. */
import { inputAt, type Shape, sizeAt, type Tensor, type TensorOf } from "../../../graph/tensor.ts";
import type { Convolution } from "../../../graph/windows.ts";
import type { Value } from "../calls.ts";
import { type LoweringContext, mergedParts, parts, rows, whole } from "./context.ts";
import {
  convolutionCost,
  frameRoom,
  imageFrame,
  kernelSize,
  turned,
  windowInts,
} from "./windows.ts";

/** Checks whether most of a gradient is 0: a pool's window passes it on to one place only. */
export function isSparse(dy: Tensor): boolean {
  if (dy.kind === "reluGradient") return isSparse(inputAt(dy.inputs, 0));
  if (dy.kind !== "maxPool2dGradient") return false;
  const { size: [height, width], strides: [down, right] } = dy.attributes;
  return height * width >= 4 && down >= height && right >= width;
}

/** Floats of a kernel row that fill vectors of any length. */
const MAX_VECTOR = 16;
/** Channels out whose terms the kernels list at a time. */
const LISTS = 16;

/** Checks whether a convolution has gradients for sparse dy. */
export function fitsSparse(
  { filter, dilations: [down, right], groups }: Convolution & { readonly filter: Shape },
): boolean {
  const run = sizeAt(filter, 1) * sizeAt(filter, 2);
  return groups === 1 && down === 1 && right === 1 && run % MAX_VECTOR === 0;
}

/** Creates room for the terms of each sample that are not 0. */
function termRoom(dy: Value, termsOfPosition: number, context: LoweringContext): Value {
  const [samples = 1, height = 1, width = 1] = dy.shape;
  return context.create("terms", [samples, height * width * (2 * termsOfPosition + 1)]);
}

export function sparseInputGradient(
  tensor: TensorOf<"conv2dInputGradient">,
  { filter, dy }: { readonly filter: Value; readonly dy: Value },
  context: LoweringContext,
): Value {
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
  const room = frameRoom(tensor.shape, imageFrame(dy.shape, size, tensor.attributes), context);
  const dx = context.create("sparseInputGradient", tensor.shape);
  const inputs = [whole(byRows), rows(dy), rows(room), rows(termRoom(dy, channelsOut, context))];
  return context.call("sparseInputGradient", [rows(dx)], inputs, {
    units: sizeAt(tensor.shape, 0),
    ints: windowInts(tensor.shape, dy.shape, size, tensor.attributes),
    cost: convolutionCost(dy.shape, filter.shape) / 4,
  });
}

export function sparseFilterGradient(
  tensor: TensorOf<"conv2dFilterGradient">,
  { x, dy }: { readonly x: Value; readonly dy: Value },
  context: LoweringContext,
): Value {
  const units = sizeAt(x.shape, 0);
  const [height = 1, width = 1, channelsIn = 1, channelsOut = 1] = tensor.shape;
  const size = kernelSize(tensor.shape);
  const room = frameRoom(x.shape, imageFrame(dy.shape, size, tensor.attributes), context);
  const partial = context.createParts("sparseFilterGradient", [
    height,
    channelsOut,
    width,
    channelsIn,
  ], units);
  const inputs = [rows(x), rows(dy), rows(room), rows(termRoom(dy, LISTS, context))];
  context.call("sparseFilterGradient", [parts(partial)], inputs, {
    units,
    ints: windowInts(x.shape, dy.shape, size, tensor.attributes),
    cost: convolutionCost(dy.shape, tensor.shape) / 4,
  });
  const sum = mergedParts(partial, context);
  return turned(sum, tensor.shape, [height, channelsOut, width * channelsIn, 1], context);
}
