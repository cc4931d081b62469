/** Selection of rows, and changes of type and shape in TensorFlow. */
import { type LowerTable, typeOf } from "./context.ts";

export const DATA: LowerTable<"gatherRows" | "sliceRows" | "cast" | "reshape" | "broadcastTo"> = {
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
  reshape: (tensor, { writer, input, int32s }) =>
    writer.add("Reshape", [input(tensor, 0), int32s(tensor.shape)], {
      T: typeOf(tensor),
      Tshape: { type: "int32" },
    }),
  broadcastTo: (tensor, { writer, input, int32s }) =>
    writer.add("BroadcastTo", [input(tensor, 0), int32s(tensor.shape)], {
      T: typeOf(tensor),
      Tidx: { type: "int32" },
    }),
};
