/** Selection of rows, and changes of type and shape in TensorFlow. */
import type { Shape } from "../../../graph/tensor.ts";
import { FLOAT, type LoweringContext, type LowerTable, typeOf } from "./context.ts";

export const DATA: LowerTable<
  | "gatherRows"
  | "sliceRows"
  | "cast"
  | "reshape"
  | "broadcastTo"
  | "slice"
  | "pad"
  | "concat"
  | "movePixels"
> = {
  gatherRows: (tensor, { writer, handle, input }) =>
    writer.add("ResourceGather", [handle(tensor.attributes.table), input(tensor, 0)], {
      dtype: { type: tensor.dtype },
      Tindices: { type: "int32" },
    }),
  sliceRows(tensor, { writer, input, int32s }) {
    const rest = tensor.shape.slice(1);
    const { begin, count } = tensor.attributes;
    const from = int32s([begin, ...rest.map(() => 0)]);
    return writer.add("Slice", [input(tensor, 0), from, int32s([count, ...rest])], {
      T: typeOf(tensor),
      Index: { type: "int32" },
    });
  },
  cast(tensor, { writer, input }) {
    const [x] = tensor.inputs;
    return writer.add("Cast", [input(tensor, 0)], {
      SrcT: { type: x?.dtype ?? "float32" },
      DstT: typeOf(tensor),
    });
  },
  reshape: (tensor, { writer, input, sizes }) =>
    writer.add("Reshape", [input(tensor, 0), sizes(tensor.shape)], {
      T: typeOf(tensor),
      Tshape: { type: "int32" },
    }),
  broadcastTo: (tensor, { writer, input, int32s }) =>
    writer.add("BroadcastTo", [input(tensor, 0), int32s(tensor.shape)], {
      T: typeOf(tensor),
      Tidx: { type: "int32" },
    }),
  slice: (tensor, context) =>
    sliceBox(context.input(tensor, 0), tensor.attributes.begin, tensor.shape, context),
  pad(tensor, context) {
    const { before, after } = tensor.attributes;
    return padWith(0, context.input(tensor, 0), before, after, context);
  },
  concat: (tensor, { writer, inputs, int32s }) =>
    writer.add("ConcatV2", [...inputs(tensor), int32s([tensor.attributes.axis], [])], {
      N: { int: tensor.inputs.length },
      T: typeOf(tensor),
      Tidx: { type: "int32" },
    }),
  movePixels(tensor, context) {
    const { writer, input, int32s, float32 } = context;
    const { interpolation, size } = tensor.attributes;
    // A projective map has two numbers more; 0 makes it affine.
    const maps = padWith(0, input(tensor, 1), [0, 0], [0, 2], context);
    return writer.add(
      "ImageProjectiveTransformV3",
      [input(tensor, 0), maps, int32s(size), float32(0)],
      {
        dtype: typeOf(tensor),
        interpolation: { string: interpolation.toUpperCase() },
        fill_mode: { string: "CONSTANT" },
      },
    );
  },
};

/** Adds a float32 node in another shape. */
export function reshapeTo(x: string, shape: Shape, { writer, sizes }: LoweringContext): string {
  return writer.add("Reshape", [x, sizes(shape)], { ...FLOAT, Tshape: { type: "int32" } });
}

/** Adds a box of a float32 node. */
export function sliceBox(
  x: string,
  begin: Shape,
  size: Shape,
  { writer, int32s, sizes }: LoweringContext,
): string {
  const attributes = { ...FLOAT, Index: { type: "int32" } } as const;
  return writer.add("Slice", [x, int32s(begin), sizes(size)], attributes);
}

/** Adds a value around a float32 node: so many before and after it along each axis. */
export function padWith(
  value: number,
  x: string,
  before: Shape,
  after: Shape,
  { writer, int32s, float32 }: LoweringContext,
): string {
  const sizes = int32s(
    before.flatMap((size, axis) => [size, after[axis] ?? 0]),
    [before.length, 2],
  );
  const attributes = { ...FLOAT, Tpaddings: { type: "int32" } } as const;
  return writer.add("PadV2", [x, sizes, float32(value)], attributes);
}
