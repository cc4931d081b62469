/** Sums and matrix products in the native engine. */
import { elementCount, inputAt, type Shape, sizeAt, type TensorOf } from "../../../graph/tensor.ts";
import type { Value } from "../calls.ts";
import { contiguous, mergeAxes } from "../strides.ts";
import {
  type LoweringContext,
  type LowerTable,
  mergedParts,
  parts,
  reshaped,
  rows,
  whole,
} from "./context.ts";
import { MIN_PACKED, packedColumns, PANEL } from "./panels.ts";

/** Sums over axes; samples are rows, which parts of the batch add up before they are added. */
function sumOver(
  x: Value,
  axes: readonly number[],
  shape: Shape,
  context: LoweringContext,
): Value {
  if (axes.length === 0) return reshaped(x, shape);
  const { create, createParts, call } = context;
  const isBatch = context.isBatch(x) && x.shape[0] === context.rows;
  const ofSamples = isBatch && axes.includes(0);
  const from = isBatch ? 1 : 0;
  const ints = axesOf(x.shape.slice(from), axes.map((axis) => axis - from));
  const cost = elementCount(x.shape);
  if (ofSamples) {
    const partial = createParts("sumParts", shape, context.rows);
    const options = { units: context.rows, ints, isBatch, cost };
    return mergedParts(call("sumParts", [parts(partial)], [rows(x)], options), context);
  }
  const options = { units: isBatch ? context.rows : 1, ints, isBatch, cost };
  return call("sumRows", [rows(create("sum", shape))], [isBatch ? rows(x) : whole(x)], options);
}

/** The kept and the summed axes of a row, with their strides. */
function axesOf(shape: Shape, axes: readonly number[]): readonly number[] {
  const strides = contiguous(shape);
  const walkOver = (isWanted: (axis: number) => boolean) => {
    const wanted = shape.map((_, axis) => axis).filter(isWanted);
    const sizes = wanted.map((axis) => sizeAt(shape, axis));
    const { shape: merged, strides: [own = []] } = mergeAxes(sizes, [
      wanted.map((axis) => sizeAt(strides, axis)),
    ]);
    return { shape: merged, strides: own };
  };
  const kept = walkOver((axis) => !axes.includes(axis));
  const summed = walkOver((axis) => axes.includes(axis));
  return [
    kept.shape.length,
    summed.shape.length,
    ...kept.shape,
    ...kept.strides,
    ...summed.shape,
    ...summed.strides,
  ];
}

/** A right side of so many numbers no cache keeps from part to part of the batch. */
const MIN_STREAMED = 131_072;

/** A right side of so few columns is read as it lies: its lines are as good as panels. */
const MAX_NARROW = 64;

/** Groups of rows of a weight that are multiplied apart from each other. */
const GROUPS = 2;

/** Returns the panels that a thread works on together: as many as leave work for others. */
function panelsTogether(panels: number): number {
  return [4, 2].find((count) => panels / count >= 4) ?? 1;
}

/** Multiplies matrices. The rows of the result are the samples where those of the left side are. */
function matMul(
  tensor: TensorOf<"matMul">,
  context: LoweringContext,
): Value {
  const { transposeA, transposeB } = tensor.attributes;
  const [a, b] = [context.input(tensor, 0), context.input(tensor, 1)];
  const [m = 1, n = 1] = tensor.shape;
  const k = sizeAt(a.shape, transposeA ? 0 : 1);
  const y = context.create("matMul", tensor.shape);
  const cost = m * k * n;
  const isNarrow = n <= MAX_NARROW && !transposeB;
  if (transposeA || k * n < MIN_PACKED || isNarrow) {
    const operands = [transposeA ? whole(a) : rows(a), whole(b)];
    const ints = [m, k, n, Number(transposeA), Number(transposeB)];
    return context.call("matMul", [rows(y)], operands, { units: m, ints, cost });
  }
  if (k * n >= MIN_STREAMED) {
    return matMulColumns(tensor, { a, b, sizes: [m, k, n] }, context);
  }
  const packed = packedColumns(b, [k, n], {
    key: transposeB ? "packed transposed" : "packed",
    of: inputAt(tensor.inputs, 1),
    transpose: transposeB,
  }, context);
  return context.call("matMulPacked", [rows(y)], [rows(a), whole(packed)], {
    units: m,
    ints: [k, n],
    cost,
  });
}

/**
 * Multiplies by a right side that no cache holds, some columns at a time. Of a weight that the step changes, a task
 * reads the rows of one group, as updates go by rows: the same thread has changed most of them, and what another one
 * has changed comes from its cache, late where that is in another complex of cores.
 */
function matMulColumns(
  tensor: TensorOf<"matMul">,
  { a, b, sizes: [m, k, n] }: {
    readonly a: Value;
    readonly b: Value;
    readonly sizes: readonly [m: number, k: number, n: number];
  },
  context: LoweringContext,
): Value {
  const { transposeB } = tensor.attributes;
  const holdsBatch = m === context.rows && context.isBatch(a);
  const isByRows = !transposeB && holdsBatch && context.isChanged(inputAt(tensor.inputs, 1));
  const groups = isByRows ? GROUPS : 1;
  const y = context.create("matMul", isByRows ? [groups, m, n] : [m, n]);
  const panels = Math.ceil(n / PANEL);
  const together = panelsTogether(panels);
  context.call("matMulColumns", [whole(y)], [whole(a), whole(b)], {
    units: groups * Math.ceil(panels / together),
    ints: [m, k, n, Number(transposeB), groups, together],
    isBatch: false,
    holdsBatch,
    cost: m * k * n,
  });
  if (!isByRows) return y;
  return context.call("mergeParts", [rows(context.create("matMul", [m, n]))], [whole(y)], {
    units: m,
    ints: [groups],
    isBatch: true,
    cost: groups * m * n,
  });
}

export const REDUCE: LowerTable<"sum" | "matMul" | "biasGradient"> = {
  sum: (tensor, context) =>
    sumOver(context.input(tensor, 0), tensor.attributes.axes, tensor.shape, context),
  matMul,
  biasGradient(tensor, context) {
    const x = context.input(tensor, 0);
    const axes = x.shape.map((_, axis) => axis).slice(0, -1);
    return sumOver(x, axes, tensor.shape, context);
  },
};
