/** Variables, placeholders, constants and random masks in TensorFlow. */
import { FLOAT, type LowerTable } from "./context.ts";

export const SOURCES: LowerTable<"variable" | "placeholder" | "constant" | "dropoutMask"> = {
  variable: ({ attributes: { name, dtype } }, { read }) => read(name, dtype),
  placeholder: ({ attributes }, { placeholder }) => placeholder(attributes.name),
  constant: ({ attributes }, { writer, control }) =>
    writer.add("Const", control, {
      dtype: { type: "float32" },
      value: { tensor: { ...attributes, dtype: "float32" } },
    }),
  dropoutMask(tensor, { writer, input, int32s, float32 }) {
    const { shape, rate, key } = tensor.attributes;
    const seed = writer.add("Pack", [int32s([key], []), input(tensor, 0)], {
      N: { int: 2 },
      T: { type: "int32" },
      axis: { int: 0 },
    });
    const random = writer.add("StatelessRandomUniform", [int32s(shape), seed], {
      dtype: { type: "float32" },
      T: { type: "int32" },
      Tseed: { type: "int32" },
    });
    const kept = writer.add("GreaterEqual", [random, float32(rate)], FLOAT);
    const ones = writer.add("Cast", [kept], {
      SrcT: { type: "bool" },
      DstT: { type: "float32" },
    });
    return writer.add("Mul", [ones, float32(1 / (1 - rate))], FLOAT);
  },
};
