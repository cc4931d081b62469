/**
 * Convolutions in TensorFlow. On a CPU without oneDNN's kernels it refuses groups and dilations, in the gradients at
 * least. So groups are convolved one by one, and a dilated filter is one with zeros in between.
 */
import { elementCount, type Shape, sizeAt } from "../../../graph/tensor.ts";
import { type Convolution, isPadded, NO_PADDING, ONES, type Pair } from "../../../graph/windows.ts";
import type { Attributes } from "../graph_def.ts";
import { FLOAT, type LoweringContext, type LowerTable, NHWC } from "./context.ts";
import { padWith, reshapeTo, sliceBox } from "./data.ts";

export const CONVOLUTIONS: LowerTable<
  "conv2d" | "conv2dInputGradient" | "conv2dFilterGradient"
> = {
  conv2d(tensor, context) {
    const { writer, input } = context;
    const { attributes } = tensor;
    const filter = dilate(input(tensor, 1), shapeOf(tensor.inputs, 1), attributes, context);
    const x = input(tensor, 0);
    if (isDepthwise(attributes, filter.shape)) {
      const shaped = reshapeTo(filter.node, depthwiseShape(attributes, filter.shape), context);
      // With oneDNN, a bias is fused into it; the fused one aborts the process if it is to pad.
      const [top, bottom, left, right] = attributes.padding;
      const padded = isPadded(attributes.padding)
        ? padWith(0, x, [0, top, left, 0], [0, bottom, right, 0], context)
        : x;
      const plain = depthwise({ ...attributes, padding: NO_PADDING });
      return writer.add("DepthwiseConv2dNative", [padded, shaped], plain);
    }
    return perGroup(
      attributes.groups,
      [x, filter.node],
      context,
      (inputs) => writer.add("Conv2D", inputs, convolution(attributes)),
    );
  },
  conv2dInputGradient(tensor, context) {
    const { writer, input, int32s } = context;
    const { attributes } = tensor;
    const { groups, inputShape } = attributes;
    const filter = dilate(input(tensor, 0), shapeOf(tensor.inputs, 0), attributes, context);
    const dy = input(tensor, 1);
    if (isDepthwise(attributes, filter.shape)) {
      const shaped = reshapeTo(filter.node, depthwiseShape(attributes, filter.shape), context);
      return writer.add(
        "DepthwiseConv2dNativeBackpropInput",
        [int32s(inputShape), shaped, dy],
        depthwise(attributes),
      );
    }
    const sizes = int32s(dividedLast(inputShape, groups));
    return perGroup(
      groups,
      [filter.node, dy],
      context,
      (inputs) => writer.add("Conv2DBackpropInput", [sizes, ...inputs], convolution(attributes)),
    );
  },
  conv2dFilterGradient(tensor, context) {
    const { writer, input, int32s } = context;
    const { attributes } = tensor;
    const { groups, dilations, filterShape } = attributes;
    const shape = dilatedShape(filterShape, dilations);
    const [x, dy] = [input(tensor, 0), input(tensor, 1)];
    if (isDepthwise(attributes, shape)) {
      const sizes = int32s(depthwiseShape(attributes, shape));
      const op = "DepthwiseConv2dNativeBackpropFilter";
      const gradient = writer.add(op, [x, sizes, dy], depthwise(attributes));
      return undilate(reshapeTo(gradient, shape, context), shape, attributes, context);
    }
    const sizes = int32s(dividedLast(shape, groups));
    const gradient = perGroup(
      groups,
      [x, dy],
      context,
      ([image = x, slope = dy]) =>
        writer.add("Conv2DBackpropFilter", [image, sizes, slope], convolution(attributes)),
    );
    return undilate(gradient, shape, attributes, context);
  },
};

/** One filter a channel: TensorFlow's depthwise kernels are faster. They want one stride for both axes. */
function isDepthwise({ groups, strides: [down, right] }: Convolution, filter: Shape): boolean {
  return groups > 1 && sizeAt(filter, 2) === 1 && down === right;
}

/** The shape of a depthwise filter, [height, width, in, multiplier]: the same numbers in the same order. */
function depthwiseShape({ groups }: Convolution, filter: Shape): Shape {
  const window = filter.slice(0, 2);
  return [...window, groups, elementCount(filter) / elementCount(window) / groups];
}

/** Splits nodes into groups of channels, their last axis, and joins the results of the groups. */
function perGroup(
  groups: number,
  nodes: readonly string[],
  { writer, int32s }: LoweringContext,
  run: (nodes: readonly string[]) => string,
): string {
  if (groups === 1) return run(nodes);
  const axis = int32s([3], []);
  const split = nodes.map((node) =>
    writer.add("Split", [axis, node], { ...FLOAT, num_split: { int: groups } })
  );
  const results = Array.from(
    { length: groups },
    (_, group) => run(split.map((node) => group === 0 ? node : `${node}:${group}`)),
  );
  return writer.add("ConcatV2", [...results, axis], {
    ...FLOAT,
    N: { int: groups },
    Tidx: { type: "int32" },
  });
}

/** Adds zeros between a filter's rows and columns. */
function dilate(
  filter: string,
  shape: Shape,
  { dilations }: Convolution,
  context: LoweringContext,
): { readonly node: string; readonly shape: Shape } {
  if (Math.max(...dilations) === 1) return { node: filter, shape };
  const [height, width] = [sizeAt(shape, 0), sizeAt(shape, 1)];
  const channels = shape.slice(2);
  const [down, right] = dilations;
  const apart = reshapeTo(filter, [height, 1, width, 1, elementCount(channels)], context);
  const after = [0, down - 1, 0, right - 1, 0];
  const padded = padWith(0, apart, [0, 0, 0, 0, 0], after, context);
  const whole = reshapeTo(padded, [height * down, width * right, ...channels], context);
  const dilated = dilatedShape(shape, dilations);
  return { node: sliceBox(whole, [0, 0, 0, 0], dilated, context), shape: dilated };
}

/** Takes the rows and columns of a filter out of a dilated one. */
function undilate(
  filter: string,
  shape: Shape,
  { dilations }: Convolution,
  { writer, int32s }: LoweringContext,
): string {
  if (Math.max(...dilations) === 1) return filter;
  const [begin, end, steps] = [int32s([0, 0, 0, 0]), int32s(shape), int32s([...dilations, 1, 1])];
  return writer.add("StridedSlice", [filter, begin, end, steps], {
    ...FLOAT,
    Index: { type: "int32" },
    begin_mask: { int: 0 },
    end_mask: { int: 0 },
    ellipsis_mask: { int: 0 },
    new_axis_mask: { int: 0 },
    shrink_axis_mask: { int: 0 },
  });
}

function dilatedShape([height = 0, width = 0, ...channels]: Shape, [down, right]: Pair): Shape {
  return [(height - 1) * down + 1, (width - 1) * right + 1, ...channels];
}

function dividedLast(shape: Shape, groups: number): Shape {
  return [...shape.slice(0, -1), sizeAt(shape, -1) / groups];
}

function shapeOf(inputs: readonly { readonly shape: Shape }[], position: number): Shape {
  return inputs[position]?.shape ?? [];
}

function convolution(attributes: Convolution): Attributes {
  return { ...depthwise(attributes), use_cudnn_on_gpu: { bool: true } };
}

function depthwise({ strides, padding }: Convolution): Attributes {
  const padded = isPadded(padding);
  return {
    ...FLOAT,
    ...NHWC,
    strides: { ints: [1, ...strides, 1] },
    padding: { string: padded ? "EXPLICIT" : "VALID" },
    dilations: { ints: [1, ...ONES, 1] },
    explicit_paddings: { ints: padded ? [0, 0, ...padding, 0, 0] : [] },
  };
}
