/** Moving numbers about: picking rows, changing types and shapes. */
import {
  apply,
  elementCount,
  inputAt,
  type Op,
  type Shape,
  shapeError,
  showShape,
  sizeAt,
  type Tensor,
} from "../tensor.ts";

/** Rows of a table that is resident on the device: [count, ...row] by int32 [n] gives [n, ...row]. */
export const gatherRowsOp: Op<"gatherRows"> = {
  kind: "gatherRows",
  infer(inputs, { row, dtype }) {
    const indices = inputAt(inputs, 0);
    if (indices.dtype !== "int32" || indices.shape.length !== 1) {
      throw shapeError("gatherRows", "indices must be int32 [n]", inputs);
    }
    return { shape: [...indices.shape, ...row], dtype };
  },
};

/** @param table a variable of shape [count, ...row] */
export function gatherRows(table: Tensor, indices: Tensor): Tensor {
  if (table.kind !== "variable") {
    throw shapeError("gatherRows", "the table must be a variable", [table]);
  }
  const { name, shape, dtype } = table.attributes;
  return apply(gatherRowsOp, [indices], { table: name, row: shape.slice(1), dtype });
}

/** Some consecutive rows. */
export const sliceRowsOp: Op<"sliceRows"> = {
  kind: "sliceRows",
  infer(inputs, { begin, count }) {
    const { shape, dtype } = inputAt(inputs, 0);
    if (begin < 0 || count < 1 || begin + count > sizeAt(shape, 0)) {
      throw shapeError("sliceRows", `rows ${begin} to ${begin + count} must exist`, inputs);
    }
    return { shape: [count, ...shape.slice(1)], dtype };
  },
};

export function sliceRows(x: Tensor, begin: number, count: number): Tensor {
  if (begin === 0 && count === x.shape[0]) return x;
  return apply(sliceRowsOp, [x], { begin, count });
}

/** The same numbers as another type. */
export const castOp: Op<"cast"> = {
  kind: "cast",
  infer: (inputs, { dtype }) => ({ shape: inputAt(inputs, 0).shape, dtype }),
};

export function cast(x: Tensor, dtype: "float32" | "int32"): Tensor {
  return x.dtype === dtype ? x : apply(castOp, [x], { dtype });
}

/** The same numbers in another shape. */
export const reshapeOp: Op<"reshape"> = {
  kind: "reshape",
  infer(inputs, { shape }) {
    const x = inputAt(inputs, 0);
    if (elementCount(x.shape) !== elementCount(shape)) {
      throw shapeError("reshape", `the size must be that of ${showShape(shape)}`, inputs);
    }
    return { shape, dtype: x.dtype };
  },
  gradient: (node, upstream) => [reshape(upstream, inputAt(node.inputs, 0).shape)],
};

export function reshape(x: Tensor, shape: Shape): Tensor {
  return apply(reshapeOp, [x], { shape });
}
