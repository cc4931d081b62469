/** Sources of numbers, and moving them about, in the native engine. */
import { elementCount, type Shape, sizeAt, type Tensor } from "../../../graph/tensor.ts";
import type { Value } from "../calls.ts";
import { broadcastStrides, contiguous, mergeAxes } from "../strides.ts";
import {
  type LoweringContext,
  type LowerTable,
  reshaped,
  rows,
  rowsFor,
  whole,
} from "./context.ts";
import { elementwise } from "./elementwise.ts";

/** A box that is copied: where it begins in both arrays, as indices. */
interface Box {
  readonly size: Shape;
  readonly beginY: Shape;
  readonly beginX: Shape;
}

/** Copies a box of x to a box of y. Where both are images of the batch, samples are the rows. */
function copyBox(
  y: Value,
  x: Value,
  { size, beginY, beginX }: Box,
  context: LoweringContext,
  stridesX = contiguous(x.shape),
): void {
  const isBatch = canBeBatch(y, x, context) && size[0] === context.rows;
  const from = isBatch ? 1 : 0;
  const stridesY = contiguous(y.shape);
  const offset = (strides: readonly number[], begin: Shape) =>
    begin.slice(from).reduce((sum, at, axis) => sum + at * (strides[axis + from] ?? 0), 0);
  const walk = mergeAxes(size.slice(from), [stridesY.slice(from), stridesX.slice(from)]);
  const [walkY = [], walkX = []] = walk.strides;
  const seenX = isBatch && stridesX[0] !== 0 ? rows(x) : whole(x);
  context.call("copyBox", [rows(y)], [seenX], {
    units: isBatch ? context.rows : 1,
    ints: [
      walk.shape.length,
      ...walk.shape,
      ...walkY,
      ...walkX,
      offset(stridesY, beginY),
      offset(stridesX, beginX),
    ],
    isBatch,
    cost: elementCount(size),
  });
}

/** Checks whether the samples of y can be made from those of x. */
function canBeBatch(y: Value, x: Value, { rows, isBatch }: LoweringContext): boolean {
  return isBatch(x) && x.shape[0] === rows && y.shape[0] === rows &&
    x.shape.length === y.shape.length;
}

/** The lines of samples that are read: how many, and the numbers of one in the result and in the table. */
function linesOf(read: Shape, stored: Shape): readonly number[] {
  const numbers = elementCount(read.slice(1));
  if (numbers === elementCount(stored.slice(1))) return [1, numbers, numbers];
  return [sizeAt(read, 1), elementCount(read.slice(2)), elementCount(stored.slice(2))];
}

const zeros = (shape: Shape) => shape.map(() => 0);

function cast(tensor: Tensor, to: Value["dtype"], context: LoweringContext): Value {
  const x = context.input(tensor, 0);
  if (x.dtype === to) return x;
  const kernel = to === "float32" ? "intsToFloats" : "floatsToInts";
  return elementwise(kernel, tensor.shape, x, context, { dtype: to });
}

export const DATA: LowerTable<
  | "variable"
  | "placeholder"
  | "constant"
  | "dropoutMask"
  | "gatherRows"
  | "sliceRows"
  | "cast"
  | "reshape"
  | "broadcastTo"
  | "slice"
  | "pad"
  | "concat"
> = {
  variable({ attributes: { name } }, { variables }) {
    const variable = variables.get(name);
    if (!variable) throw new RangeError(`Cannot lower the graph: there is no variable '${name}'.`);
    return variable;
  },
  placeholder: ({ attributes: { name } }) => {
    throw new RangeError(`Cannot lower the graph: placeholder '${name}' is fed.`);
  },
  constant: ({ attributes: { values, shape } }, { constant }) => constant(values, shape),
  dropoutMask(tensor, context) {
    const { shape, rate, key } = tensor.attributes;
    const isBatch = shape[0] === context.rows;
    return context.call(
      "dropoutMask",
      [rows(context.create("dropoutMask", shape))],
      [whole(context.input(tensor, 0))],
      {
        units: isBatch ? context.rows : 1,
        ints: [key],
        floats: [rate, 1 / (1 - rate)],
        isBatch,
        cost: 8 * elementCount(shape),
      },
    );
  },
  gatherRows(tensor, context) {
    const { table, dtype } = tensor.attributes;
    const stored = context.tables.get(table);
    if (stored === undefined) {
      throw new RangeError(`Cannot lower the graph: there is no table '${table}'.`);
    }
    const y = context.create("gather", tensor.shape, dtype === "int32" ? "int32" : "float32");
    return context.call("gather", [rows(y)], [rows(context.input(tensor, 0))], {
      units: sizeAt(tensor.shape, 0),
      ints: [stored.number, ...linesOf(tensor.shape, stored.shape)],
    });
  },
  sliceRows(tensor, context) {
    const x = context.input(tensor, 0);
    const y = context.create("sliceRows", tensor.shape, x.dtype);
    const begin = tensor.shape.map((_, axis) => axis === 0 ? tensor.attributes.begin : 0);
    copyBox(y, x, { size: tensor.shape, beginY: zeros(begin), beginX: begin }, context);
    return y;
  },
  cast: (tensor, context) =>
    cast(tensor, tensor.attributes.dtype === "int32" ? "int32" : "float32", context),
  reshape: (tensor, context) => reshaped(context.input(tensor, 0), tensor.shape),
  broadcastTo(tensor, context) {
    const x = context.input(tensor, 0);
    const { shape } = tensor;
    const y = context.create("broadcastTo", shape, x.dtype);
    const box = { size: shape, beginY: zeros(shape), beginX: zeros(shape) };
    const strides = broadcastStrides(x.shape, shape);
    if (shape[0] === context.rows && !context.isBatch(x) && strides[0] === 0) {
      // Made anew for each sample, where it is read.
      const walk = mergeAxes(shape.slice(1), [contiguous(shape.slice(1)), strides.slice(1)]);
      const [walkY = [], walkX = []] = walk.strides;
      const ints = [walk.shape.length, ...walk.shape, ...walkY, ...walkX, 0, 0];
      const options = { units: context.rows, ints, isBatch: true };
      return context.call("copyBox", [rows(y)], [whole(x)], options);
    }
    copyBox(y, x, box, context, strides);
    return y;
  },
  slice(tensor, context) {
    const { begin, size } = tensor.attributes;
    const x = context.input(tensor, 0);
    const y = context.create("slice", size, x.dtype);
    copyBox(y, x, { size, beginY: zeros(size), beginX: begin }, context);
    return y;
  },
  pad(tensor, context) {
    const x = context.input(tensor, 0);
    const y = context.create("pad", tensor.shape, x.dtype);
    const isBatch = canBeBatch(y, x, context);
    const units = isBatch ? context.rows : rowsFor(tensor.shape);
    context.call("fill", [rows(y)], [], { units, floats: [0], isBatch });
    const { before } = tensor.attributes;
    copyBox(y, x, { size: x.shape, beginY: before, beginX: zeros(before) }, context);
    return y;
  },
  concat(tensor, context) {
    const { axis } = tensor.attributes;
    const inputs = tensor.inputs.map((input) => context.node(input));
    const y = context.create("concat", tensor.shape, inputs[0]?.dtype);
    let from = 0;
    for (const x of inputs) {
      const beginY = x.shape.map((_, each) => each === axis ? from : 0);
      copyBox(y, x, { size: x.shape, beginY, beginX: zeros(beginY) }, context);
      from += sizeAt(x.shape, axis);
    }
    return y;
  },
};
