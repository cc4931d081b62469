/** Operations on single numbers in the native engine, with broadcasting. */
import {
  elementCount,
  type OpKind,
  type Shape,
  type Tensor,
  type TensorOf,
} from "../../../graph/tensor.ts";
import type { Operand, Value } from "../calls.ts";
import { broadcastStrides, contiguous, mergeAxes } from "../strides.ts";
import {
  type Lower,
  type LoweringContext,
  type LowerTable,
  rows,
  rowsFor,
  whole,
} from "./context.ts";
import { normalizedRelu } from "./normalization.ts";

/** Computes a function of one number. */
function unary(kernel: string) {
  return (tensor: Tensor, context: LoweringContext): Value =>
    elementwise(kernel, tensor.shape, context.input(tensor, 0), context);
}

/** Applies a kernel to each element. */
export function elementwise(
  kernel: string,
  shape: Shape,
  x: Value,
  context: LoweringContext,
  { dtype = "float32", floats = [] }: {
    readonly dtype?: Value["dtype"];
    readonly floats?: readonly number[];
  } = {},
): Value {
  const isBatch = context.isBatch(x) && shape[0] === context.rows;
  const units = isBatch ? context.rows : rowsFor(shape);
  const y = context.create(kernel, shape, dtype);
  return context.call(kernel, [rows(y)], [rows(x)], { units, isBatch, floats });
}

/** An operand, and its shape within a row. */
interface RowOperand {
  readonly operand: Operand;
  readonly shape: Shape;
}

/** Applies a kernel to each pair of elements of arrays that broadcast to a shape. */
export function combine(
  kernel: string,
  shape: Shape,
  [a, b]: readonly [Value, Value],
  context: LoweringContext,
  floats: readonly number[] = [],
): Value {
  const { isBatch: holdsBatch, rows: batchRows } = context;
  const isBatch = shape[0] === batchRows &&
    [a, b].some((x) =>
      holdsBatch(x) && x.shape.length === shape.length && x.shape[0] === batchRows
    );
  const areSame = [a, b].every((x) => x.shape.join() === shape.join());
  const units = isBatch
    ? batchRows
    : areSame || rowsFor(shape) === 1
    ? rowsFor(shape)
    : shape[0] ?? 1;
  const isFlat = areSame && !isBatch;
  const row = isFlat
    ? [elementCount(shape) / units]
    : isBatch || units > 1
    ? shape.slice(1)
    : shape;
  const seen = (x: Value): RowOperand => {
    if (areSame) return { operand: rows(x), shape: row };
    if (x.shape.length < shape.length || (units === 1 && !isBatch)) {
      return { operand: whole(x), shape: x.shape };
    }
    const isRows = x.shape[0] === units && (units > 1 || holdsBatch(x));
    return { operand: isRows ? rows(x) : whole(x), shape: x.shape.slice(1) };
  };
  const [seenA, seenB] = [seen(a), seen(b)];
  const walk = mergeAxes(row, [
    contiguous(row),
    broadcastStrides(seenA.shape, row),
    broadcastStrides(seenB.shape, row),
  ]);
  const [, stridesA = [], stridesB = []] = walk.strides;
  const y = context.create(kernel, shape);
  return context.call(kernel, [rows(y)], [seenA.operand, seenB.operand], {
    units,
    ints: [walk.shape.length, ...walk.shape, ...stridesA, ...stridesB],
    floats,
    isBatch,
  });
}

function binary(kernel: string) {
  return (tensor: Tensor, context: LoweringContext): Value =>
    combine(
      kernel,
      tensor.shape,
      [context.input(tensor, 0), context.input(tensor, 1)],
      context,
    );
}

const leaky: Lower<"leakyRelu"> = (tensor, context) =>
  elementwise("leakyRelu", tensor.shape, context.input(tensor, 0), context, {
    floats: [tensor.attributes.slope],
  });

const leakyGradient: Lower<"leakyReluGradient"> = (tensor, context) =>
  combine(
    "leakyReluGradient",
    tensor.shape,
    [context.input(tensor, 0), context.input(tensor, 1)],
    context,
    [tensor.attributes.slope],
  );

/** Adds up tensors of one shape, from the first to the last. */
function addAll(tensor: TensorOf<"addN">, context: LoweringContext): Value {
  const [first, ...others] = tensor.inputs.map((input) => context.node(input));
  if (!first) throw new RangeError("Cannot lower addN: it has no inputs.");
  return others.reduce((sum, term) => combine("add", tensor.shape, [sum, term], context), first);
}

function equal(tensor: TensorOf<"equal">, context: LoweringContext): Value {
  const [a, b] = [context.input(tensor, 0), context.input(tensor, 1)];
  if (a.dtype === "float32") return combine("equal", tensor.shape, [a, b], context);
  const isBatch = context.isBatch(a);
  return context.call(
    "equalInts",
    [rows(context.create("equal", tensor.shape))],
    [rows(a), rows(b)],
    { units: isBatch ? context.rows : rowsFor(tensor.shape), isBatch },
  );
}

const UNARY = [
  "sqrt",
  "exp",
  "expm1",
  "rsqrt",
  "log",
  "erf",
  "abs",
  "relu",
  "relu6",
  "elu",
  "sigmoid",
  "tanh",
] as const satisfies readonly OpKind[];

const BINARY = [
  "add",
  "subtract",
  "multiply",
  "divide",
  "maximum",
  "minimum",
  "reluGradient",
  "relu6Gradient",
  "eluGradient",
  "sigmoidGradient",
  "tanhGradient",
] as const satisfies readonly OpKind[];

type Lowered = (tensor: Tensor, context: LoweringContext) => Value;

/** Makes one function a name. */
function table<Kind extends OpKind>(kinds: readonly Kind[], make: (kind: Kind) => Lowered) {
  return Object.fromEntries(kinds.map((kind) => [kind, make(kind)])) as Record<Kind, Lowered>;
}

export const ELEMENTWISE: LowerTable<
  | typeof UNARY[number]
  | typeof BINARY[number]
  | "leakyRelu"
  | "leakyReluGradient"
  | "addN"
  | "equal"
  | "biasAdd"
> = {
  ...table(UNARY, unary),
  ...table(BINARY, binary),
  relu: (tensor, context) => normalizedRelu(tensor, context) ?? unary("relu")(tensor, context),
  leakyRelu: leaky,
  leakyReluGradient: leakyGradient,
  addN: addAll,
  equal,
  biasAdd: binary("add"),
};
