/** Pooling in TensorFlow. Its own padding is symmetrical or absent for averages, so images are padded before. */
import type { Shape, Tensor } from "../../../graph/tensor.ts";
import { isPadded, type Padding, type Pooling } from "../../../graph/windows.ts";
import type { Attributes } from "../graph_def.ts";
import { FLOAT, type LoweringContext, type LowerTable, NHWC } from "./context.ts";
import { padWith, sliceBox } from "./data.ts";

export const POOLING: LowerTable<
  "maxPool2d" | "maxPool2dGradient" | "averagePool2d" | "averagePool2dGradient"
> = {
  maxPool2d(tensor, context) {
    const x = padded(-Infinity, tensor, context);
    return context.writer.add("MaxPool", [x], {
      ...pooling(tensor.attributes),
      explicit_paddings: { ints: [] },
    });
  },
  maxPool2dGradient(tensor, context) {
    const { writer, input } = context;
    const x = padded(-Infinity, tensor, context);
    const gradient = writer.add("MaxPoolGrad", [x, input(tensor, 1), input(tensor, 2)], {
      ...pooling(tensor.attributes),
      explicit_paddings: { ints: [] },
    });
    return withoutPadding(gradient, tensor.shape, tensor.attributes.padding, context);
  },
  averagePool2d: (tensor, context) =>
    context.writer.add("AvgPool", [padded(0, tensor, context)], pooling(tensor.attributes)),
  averagePool2dGradient(tensor, context) {
    const { inputShape, padding } = tensor.attributes;
    const shape = context.int32s(paddedShape(inputShape, padding));
    const dy = context.input(tensor, 0);
    const gradient = context.writer.add("AvgPoolGrad", [shape, dy], pooling(tensor.attributes));
    return withoutPadding(gradient, inputShape, padding, context);
  },
};

/** Pads the first input of a pool, once for all that read it. */
function padded(
  value: number,
  { inputs, attributes: { padding } }: Tensor & { readonly attributes: Pooling },
  context: LoweringContext,
): string {
  const [x] = inputs;
  if (!x) throw new RangeError("Cannot lower a pool: its input is missing.");
  if (!isPadded(padding)) return context.node(x);
  const [top, bottom, left, right] = padding;
  return context.shared(
    `pad ${padding.join(" ")} with ${value}`,
    [x],
    () => padWith(value, context.node(x), [0, top, left, 0], [0, bottom, right, 0], context),
  );
}

function withoutPadding(
  x: string,
  shape: Shape,
  padding: Padding,
  context: LoweringContext,
): string {
  const [top, , left] = padding;
  return isPadded(padding) ? sliceBox(x, [0, top, left, 0], shape, context) : x;
}

function paddedShape(
  [batch = 0, height = 0, width = 0, channels = 0]: Shape,
  [top, bottom, left, right]: Padding,
): Shape {
  return [batch, height + top + bottom, width + left + right, channels];
}

function pooling({ size, strides }: Pooling): Attributes {
  return {
    ...FLOAT,
    ...NHWC,
    ksize: { ints: [1, ...size, 1] },
    strides: { ints: [1, ...strides, 1] },
    padding: { string: "VALID" },
  };
}
