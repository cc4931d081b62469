/** Max pools that keep where their maxima were, for gradients that go there alone. */
import {
  elementCount,
  type Shape,
  sizeAt,
  type Tensor,
  type TensorOf,
} from "../../../graph/tensor.ts";
import { ONES, type Pooling } from "../../../graph/windows.ts";
import type { Value } from "../calls.ts";
import { type LoweringContext, rows } from "./context.ts";
import { windowInts } from "./windows.ts";

/** Returns the integers that a pooling kernel takes: sizes of its image, its result and its windows. */
export function poolInts(image: Shape, result: Shape, pooling: Pooling): readonly number[] {
  const groups = sizeAt(image, 3);
  return windowInts(image, result, pooling.size, { ...pooling, dilations: ONES, groups });
}

/** The elements that a pooling reads. */
export function poolCost(result: Shape, { size: [height, width] }: Pooling): number {
  return elementCount(result) * height * width;
}

/** Checks whether a gradient is that of a pool without windows that overlap: one place of each has it all. */
export function isPooled(dy: Tensor): dy is TensorOf<"maxPool2dGradient"> {
  if (dy.kind !== "maxPool2dGradient") return false;
  const { size: [height, width], strides: [down, right] } = dy.attributes;
  return height * width >= 4 && down >= height && right >= width;
}

/** Pools, once; `places` are the positions in the image, as int32. */
export function pooledWithPlaces(
  tensor: TensorOf<"maxPool2d">,
  context: LoweringContext,
): { readonly y: Value; readonly places: Value } {
  return context.shared("places", [tensor], () => {
    const x = context.input(tensor, 0);
    const y = context.create("maxPool2d", tensor.shape);
    const places = context.create("places", tensor.shape, "int32");
    context.call("maxPool2dPlaces", [rows(y), rows(places)], [rows(x)], {
      units: sizeAt(tensor.shape, 0),
      ints: poolInts(x.shape, tensor.shape, tensor.attributes),
      cost: poolCost(tensor.shape, tensor.attributes),
    });
    return { y, places };
  });
}
