/** Convolutions and pools in the native engine. */
import {
  elementCount,
  inputAt,
  type Shape,
  sizeAt,
  type Tensor,
  type TensorOf,
} from "../../../graph/tensor.ts";
import type { Convolution, Pooling } from "../../../graph/windows.ts";
import type { Value } from "../calls.ts";
import {
  type LoweringContext,
  type LowerTable,
  mergedParts,
  parts,
  rows,
  whole,
} from "./context.ts";
import { fitsPanels, packedFilter, panelFilterGradient, wantedWhere } from "./panels.ts";
import { isPooled, poolCost, pooledWithPlaces, poolInts } from "./places.ts";
import {
  fitsMasked,
  fitsPooled,
  maskedFilterGradient,
  pooledFilterGradient,
  pooledInputGradient,
} from "./sparse.ts";
import { convolutionCost, imageFrame, kernelSize, roomOf, turned, windowInts } from "./windows.ts";
import {
  fitsWinograd,
  fitsWinogradOfFive,
  winograd,
  winogradFilterGradient,
  winogradInputGradient,
} from "./winograd.ts";

/** Returns a filter with its channels out before those in: [height, width, out / groups, in]. */
function turnedFilter(
  tensor: Tensor,
  filter: Value,
  groups: number,
  context: LoweringContext,
): Value {
  return context.shared("turned", [tensor], () => {
    const [height = 1, width = 1, channelsIn = 1, channelsOut = 1] = filter.shape;
    const shape = [height, width, channelsOut / groups, channelsIn * groups];
    return turned(
      filter,
      shape,
      [height * width, channelsIn * groups, channelsOut, groups],
      context,
    );
  });
}

/** Returns height and width of a result's gradient that holds all that the gradient of the image reads. */
function gradientFrame(
  image: Shape,
  kernel: readonly [number, number],
  { strides, padding, dilations }: Convolution,
): readonly [number, number] {
  const [height, width] = [0, 1].map((axis) => {
    const [stride, before] = [strides[axis] ?? 1, padding[2 * axis] ?? 0];
    const reach = ((kernel[axis] ?? 1) - 1) * (dilations[axis] ?? 1) - before;
    const last = Math.floor((sizeAt(image, axis + 1) - 1 + before) / stride);
    return last + 1 + Math.max(0, Math.ceil(reach / stride));
  });
  return [height ?? 1, width ?? 1];
}

function pool(kernel: string) {
  return (tensor: Tensor & { readonly attributes: Pooling }, context: LoweringContext): Value => {
    const x = context.input(tensor, 0);
    return context.call(kernel, [rows(context.create(kernel, tensor.shape))], [rows(x)], {
      units: sizeAt(tensor.shape, 0),
      ints: poolInts(x.shape, tensor.shape, tensor.attributes),
      cost: poolCost(tensor.shape, tensor.attributes),
    });
  };
}

/** Checks whether a gradient of a pool is taken by convolutions that look at its places alone. */
function passesToPlaces(tensor: TensorOf<"maxPool2d">, { users }: LoweringContext): boolean {
  return (users(tensor) ?? []).some((dy) =>
    isPooled(dy) && (users(dy) ?? []).some((user) =>
      (user.kind === "conv2dFilterGradient" &&
        [fitsPooled, fitsMasked].some((fits) =>
          fits({ filter: user.shape, ...user.attributes })
        )) ||
      (user.kind === "conv2dInputGradient" &&
        fitsPooled({ filter: inputAt(user.inputs, 0).shape, ...user.attributes }))
    )
  );
}

export const IMAGES: LowerTable<
  | "conv2d"
  | "conv2dInputGradient"
  | "conv2dFilterGradient"
  | "maxPool2d"
  | "maxPool2dGradient"
  | "averagePool2d"
  | "averagePool2dGradient"
  | "movePixels"
> = {
  conv2d(tensor, context) {
    const [x, filter] = [context.input(tensor, 0), context.input(tensor, 1)];
    const windows = { filter: filter.shape, ...tensor.attributes };
    if (fitsWinograd(windows) || fitsWinogradOfFive(windows, tensor.shape)) {
      return winograd(tensor, { x, filter }, context);
    }
    const { groups } = tensor.attributes;
    const of = inputAt(tensor.inputs, 1);
    const packed = packedFilter(filter, groups, { key: "packed filter", of }, context);
    const y = context.create("conv2d", tensor.shape);
    const size = kernelSize(filter.shape);
    const frame = imageFrame(tensor.shape, size, tensor.attributes);
    const room = roomOf(x.shape, frame, windows, context);
    return context.call("conv2d", [rows(y)], [rows(x), whole(packed.filter), ...room], {
      units: sizeAt(tensor.shape, 0),
      ints: [
        ...windowInts(x.shape, tensor.shape, size, tensor.attributes),
        0,
        Number(packed.isPacked),
      ],
      cost: convolutionCost(tensor.shape, filter.shape),
    });
  },
  conv2dInputGradient(tensor, context) {
    const windows = { filter: inputAt(tensor.inputs, 0).shape, ...tensor.attributes };
    const pooled = inputAt(tensor.inputs, 1);
    if (isPooled(pooled) && fitsPooled(windows)) {
      return pooledInputGradient(tensor, pooled, context);
    }
    const [filter, dy] = [context.input(tensor, 0), context.input(tensor, 1)];
    const { groups } = tensor.attributes;
    const of = inputAt(tensor.inputs, 0);
    const turned = turnedFilter(of, filter, groups, context);
    if (fitsWinograd(windows)) return winogradInputGradient(tensor, { turned, dy }, context);
    const packed = packedFilter(turned, groups, { key: "packed turned filter", of }, context);
    const dx = context.create("conv2dInputGradient", tensor.shape);
    const size = kernelSize(filter.shape);
    const made = wantedWhere(tensor, context);
    if (made && packed.isPacked) {
      const inputs = [whole(packed.filter), rows(dy), rows(context.node(made)), whole(filter)];
      return context.call("wantedInputGradient", [rows(dx)], inputs, {
        units: sizeAt(tensor.shape, 0),
        ints: windowInts(tensor.shape, dy.shape, size, tensor.attributes),
        cost: convolutionCost(dy.shape, filter.shape),
      });
    }
    const frame = gradientFrame(tensor.shape, size, tensor.attributes);
    const room = roomOf(dy.shape, frame, windows, context);
    const inputs = [whole(packed.filter), rows(dy), ...room];
    return context.call("conv2dInputGradient", [rows(dx)], inputs, {
      units: sizeAt(tensor.shape, 0),
      ints: [
        ...windowInts(tensor.shape, dy.shape, size, tensor.attributes),
        Number(packed.isPacked),
      ],
      cost: convolutionCost(dy.shape, filter.shape),
    });
  },
  conv2dFilterGradient(tensor, context) {
    const windows = { filter: tensor.shape, ...tensor.attributes };
    const pooled = inputAt(tensor.inputs, 1);
    if (isPooled(pooled) && fitsPooled(windows)) {
      return pooledFilterGradient(tensor, pooled, context);
    }
    if (isPooled(pooled) && fitsMasked(windows)) {
      return maskedFilterGradient(tensor, pooled, context);
    }
    const [x, dy] = [context.input(tensor, 0), context.input(tensor, 1)];
    const units = sizeAt(x.shape, 0);
    if (fitsWinograd(windows)) return winogradFilterGradient(tensor, { x, dy }, context);
    if (fitsPanels(tensor.shape, tensor.attributes.groups)) {
      return panelFilterGradient(tensor, { x, dy }, context);
    }
    const partial = context.createParts("conv2dFilterGradient", tensor.shape, units);
    const size = kernelSize(tensor.shape);
    const frame = imageFrame(dy.shape, size, tensor.attributes);
    const room = roomOf(x.shape, frame, windows, context);
    context.call("conv2dFilterGradient", [parts(partial)], [rows(x), rows(dy), ...room], {
      units,
      ints: windowInts(x.shape, dy.shape, size, tensor.attributes),
      cost: convolutionCost(dy.shape, tensor.shape),
    });
    return mergedParts(partial, context);
  },
  maxPool2d: (tensor, context) =>
    passesToPlaces(tensor, context)
      ? pooledWithPlaces(tensor, context).y
      : pool("maxPool2d")(tensor, context),
  maxPool2dGradient(tensor, context) {
    const [x, y, dy] = [0, 1, 2].map((position) => context.input(tensor, position));
    if (!x || !y || !dy) throw new RangeError("Cannot lower a pool: an input is missing.");
    const dx = context.create("maxPool2dGradient", tensor.shape);
    return context.call("maxPool2dGradient", [rows(dx)], [rows(x), rows(y), rows(dy)], {
      units: sizeAt(tensor.shape, 0),
      ints: poolInts(x.shape, y.shape, tensor.attributes),
      cost: poolCost(y.shape, tensor.attributes),
    });
  },
  averagePool2d: pool("averagePool2d"),
  averagePool2dGradient(tensor, context) {
    const dy = context.input(tensor, 0);
    const dx = context.create("averagePool2dGradient", tensor.shape);
    return context.call("averagePool2dGradient", [rows(dx)], [rows(dy)], {
      units: sizeAt(tensor.shape, 0),
      ints: poolInts(tensor.shape, dy.shape, tensor.attributes),
      cost: poolCost(dy.shape, tensor.attributes),
    });
  },
  movePixels(tensor, context) {
    const [images, maps] = [context.input(tensor, 0), context.input(tensor, 1)];
    const { size, interpolation } = tensor.attributes;
    const y = context.create("movePixels", tensor.shape);
    return context.call("movePixels", [rows(y)], [rows(images), rows(maps)], {
      units: sizeAt(tensor.shape, 0),
      ints: [...images.shape.slice(1), ...size, Number(interpolation === "bilinear")],
      cost: 8 * elementCount(tensor.shape),
    });
  },
};
