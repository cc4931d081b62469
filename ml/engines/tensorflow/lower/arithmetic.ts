/** Arithmetic and sums in TensorFlow. */
import { FLOAT, type LoweringContext, type LowerTable, typeOf } from "./context.ts";

export const ARITHMETIC: LowerTable<
  | "add"
  | "addN"
  | "subtract"
  | "multiply"
  | "divide"
  | "sqrt"
  | "exp"
  | "expm1"
  | "rsqrt"
  | "log"
  | "erf"
  | "abs"
  | "maximum"
  | "minimum"
  | "sum"
> = {
  add: (tensor, { writer, inputs }) => writer.add("AddV2", inputs(tensor), { T: typeOf(tensor) }),
  addN: (tensor, { writer, inputs }) =>
    writer.add("AddN", inputs(tensor), {
      T: typeOf(tensor),
      N: { int: tensor.inputs.length },
    }),
  subtract: (tensor, { writer, inputs }) =>
    writer.add("Sub", inputs(tensor), { T: typeOf(tensor) }),
  multiply: (tensor, { writer, inputs }) =>
    writer.add("Mul", inputs(tensor), { T: typeOf(tensor) }),
  divide: (tensor, { writer, inputs }) =>
    writer.add("RealDiv", inputs(tensor), { T: typeOf(tensor) }),
  sqrt: (tensor, { writer, inputs }) => writer.add("Sqrt", inputs(tensor), FLOAT),
  exp: (tensor, { writer, inputs }) => writer.add("Exp", inputs(tensor), FLOAT),
  expm1: (tensor, { writer, inputs }) => writer.add("Expm1", inputs(tensor), FLOAT),
  rsqrt: (tensor, { writer, inputs }) => writer.add("Rsqrt", inputs(tensor), FLOAT),
  log: (tensor, { writer, inputs }) => writer.add("Log", inputs(tensor), FLOAT),
  erf: (tensor, { writer, inputs }) => writer.add("Erf", inputs(tensor), FLOAT),
  abs: (tensor, { writer, inputs }) => writer.add("Abs", inputs(tensor), FLOAT),
  maximum: (tensor, { writer, inputs }) =>
    writer.add("Maximum", inputs(tensor), { T: typeOf(tensor) }),
  minimum: (tensor, { writer, inputs }) =>
    writer.add("Minimum", inputs(tensor), { T: typeOf(tensor) }),
  sum: (tensor, context) =>
    sum(context.input(tensor, 0), tensor.attributes.axes, tensor.attributes.keepDims, context),
};

/** Adds the sum of a node over axes. */
export function sum(
  x: string,
  axes: readonly number[],
  keepDims: boolean,
  { writer, int32s }: LoweringContext,
): string {
  return writer.add("Sum", [x, int32s(axes)], {
    ...FLOAT,
    Tidx: { type: "int32" },
    keep_dims: { bool: keepDims },
  });
}
