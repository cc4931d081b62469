/** Panels of 16 channels in the native engine: filters that are read from one end to the other, and their gradients. */
import {
  elementCount,
  inputAt,
  type Shape,
  sizeAt,
  type Tensor,
  type TensorOf,
} from "../../../graph/tensor.ts";
import type { Value } from "../calls.ts";
import { type LoweringContext, mergedParts, parts, rows, whole } from "./context.ts";
import { convolutionCost, kernelSize, windowInts } from "./windows.ts";

/** Channels of a panel. */
export const PANEL = 16;
/** A right side of so many numbers is worth packing. */
export const MIN_PACKED = 1024;
/** Positions whose products are added up together, as the kernels count them. */
const BLOCK_POSITIONS = 196;

/** Packs a matrix, once: its columns, or its rows if it is read transposed. */
export function packedColumns(
  matrix: Value,
  [k, n]: readonly [number, number],
  { key, of, transpose = false }: {
    readonly key: string;
    readonly of: Tensor;
    readonly transpose?: boolean;
  },
  context: LoweringContext,
): Value {
  return context.shared(
    key,
    [of],
    () =>
      context.call(
        "packColumns",
        [rows(context.create("packed", [Math.ceil(n / PANEL), k, PANEL]))],
        [whole(matrix)],
        { units: Math.ceil(n / PANEL), ints: [k, n, Number(transpose)], isBatch: false },
      ),
  );
}

/** Packs a filter [height, width, in, out] where that is worth it. */
export function packedFilter(
  filter: Value,
  groups: number,
  { key, of }: { readonly key: string; readonly of: Tensor },
  context: LoweringContext,
): { readonly filter: Value; readonly isPacked: boolean } {
  const count = elementCount(filter.shape);
  const n = sizeAt(filter.shape, 3);
  if (groups > 1 || n % PANEL > 0 || count < MIN_PACKED) return { filter, isPacked: false };
  return {
    filter: packedColumns(filter, [count / n, n], { key, of }, context),
    isPacked: true,
  };
}

/** Channels out of a convolution of single pixels whose input's gradient is made only where it is wanted. */
const WANTED_CHANNELS: readonly number[] = [128, 256];

/**
 * Finds the ReLU that makes an image, if its gradient alone reads that of the image: nothing is wanted where the ReLU
 * is 0.
 */
export function wantedWhere(
  tensor: TensorOf<"conv2dInputGradient">,
  { users }: LoweringContext,
): Tensor | undefined {
  const [height, width, channels = 0, channelsOut = 0] = inputAt(tensor.inputs, 0).shape;
  const { strides, padding, groups } = tensor.attributes;
  const isPointwise = height === 1 && width === 1 && groups === 1 &&
    strides.every((stride) => stride === 1) && padding.every((zeros) => zeros === 0);
  if (!isPointwise || channels % PANEL > 0 || !WANTED_CHANNELS.includes(channelsOut)) {
    return undefined;
  }
  const readers = users(tensor) ?? [];
  const [first] = readers;
  if (first?.kind !== "reluGradient") return undefined;
  const made = inputAt(first.inputs, 1);
  const isAlone = readers.every(({ kind, inputs }) =>
    kind === "reluGradient" && inputs[0] === tensor && inputs[1] === made
  );
  return isAlone && made !== tensor ? made : undefined;
}

/** Checks whether a filter's gradient can be found by panels. */
export function fitsPanels(filter: Shape, groups: number): boolean {
  return groups === 1 && sizeAt(filter, 2) % PANEL === 0 && sizeAt(filter, 3) % PANEL === 0;
}

/** Lowers the gradient of a convolution's filter, in panels of channels. */
export function panelFilterGradient(
  tensor: TensorOf<"conv2dFilterGradient">,
  { x, dy }: { readonly x: Value; readonly dy: Value },
  context: LoweringContext,
): Value {
  const units = sizeAt(x.shape, 0);
  const { shape, attributes } = tensor;
  const partial = context.createParts("panelFilterGradient", shape, units);
  const room = context.createRoom(BLOCK_POSITIONS * (sizeAt(shape, 2) + sizeAt(shape, 3)));
  context.call("panelFilterGradient", [parts(partial)], [rows(x), rows(dy), whole(room)], {
    units,
    ints: windowInts(x.shape, dy.shape, kernelSize(shape), attributes),
    cost: convolutionCost(dy.shape, shape),
  });
  return mergedParts(partial, context);
}
