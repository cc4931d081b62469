/** Moving numbers about: picking rows, changing types and shapes. */
import {
  apply,
  elementCount,
  inputAt,
  type Op,
  sameShape,
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

/** Takes `count` rows from `begin` on. */
export function sliceRows(x: Tensor, begin: number, count: number): Tensor {
  if (begin === 0 && count === x.shape[0]) return x;
  return apply(sliceRowsOp, [x], { begin, count });
}

/** The same numbers as another type. */
export const castOp: Op<"cast"> = {
  kind: "cast",
  infer: (inputs, { dtype }) => ({ shape: inputAt(inputs, 0).shape, dtype }),
};

/** Converts the elements to a type. */
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

/** Gives the same elements another shape of the same size. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  return apply(reshapeOp, [x], { shape });
}

/** A box of a tensor. */
export const sliceOp: Op<"slice"> = {
  kind: "slice",
  infer(inputs, { begin, size }) {
    const { shape, dtype } = inputAt(inputs, 0);
    const fits = shape.every((available, axis) => {
      const [first = -1, count = 0] = [begin[axis], size[axis]];
      return first >= 0 && count >= 1 && first + count <= available;
    });
    if (!fits || begin.length !== shape.length || size.length !== shape.length) {
      const box = `${showShape(size)} from ${showShape(begin)}`;
      throw shapeError("slice", `the box of ${box} must lie inside`, inputs);
    }
    return { shape: size, dtype };
  },
  gradient({ inputs, attributes: { begin, size } }, dy) {
    const { shape } = inputAt(inputs, 0);
    const after = shape.map((available, axis) =>
      available - sizeAt(begin, axis) - sizeAt(size, axis)
    );
    return [pad(dy, begin, after)];
  },
};

/** Takes the box that begins at `begin` and has the shape `size`. */
export function slice(x: Tensor, begin: Shape, size: Shape): Tensor {
  return apply(sliceOp, [x], { begin, size });
}

/** Zeros around a tensor: so many before and after it along each axis. */
export const padOp: Op<"pad"> = {
  kind: "pad",
  infer(inputs, { before, after }) {
    const { shape, dtype } = inputAt(inputs, 0);
    if ([before, after].some((sizes) => sizes.length !== shape.length || Math.min(...sizes) < 0)) {
      throw shapeError("pad", "each axis must have two sizes of at least 0", inputs);
    }
    return {
      shape: shape.map((size, axis) => size + sizeAt(before, axis) + sizeAt(after, axis)),
      dtype,
    };
  },
  gradient: ({ inputs, attributes: { before } }, dy) => [
    slice(dy, before, inputAt(inputs, 0).shape),
  ],
};

/** Puts zeros around a tensor: `before` and `after` it along each axis. */
export function pad(x: Tensor, before: Shape, after: Shape): Tensor {
  return apply(padOp, [x], { before, after });
}

/** Tensors one after the other along an axis. */
export const concatOp: Op<"concat"> = {
  kind: "concat",
  infer(inputs, { axis }) {
    const first = inputAt(inputs, 0);
    const others = ({ shape }: Tensor) => shape.map((size, each) => each === axis ? 0 : size);
    if (
      axis < 0 || axis >= first.shape.length ||
      !inputs.every((x) => sameShape(others(x), others(first)) && x.dtype === first.dtype)
    ) {
      throw shapeError("concat", `all sizes but those of axis ${axis} must be equal`, inputs);
    }
    const total = inputs.reduce((sum, { shape }) => sum + sizeAt(shape, axis), 0);
    return {
      shape: first.shape.map((size, each) => each === axis ? total : size),
      dtype: first.dtype,
    };
  },
  gradient({ inputs, attributes: { axis } }, dy) {
    let from = 0;
    return inputs.map(({ shape }) => {
      const begin = shape.map((_, each) => each === axis ? from : 0);
      from += sizeAt(shape, axis);
      return slice(dy, begin, shape);
    });
  },
};

/** Puts tensors one after the other along an axis; their other sizes are equal. */
export function concat(parts: readonly Tensor[], axis: number): Tensor {
  const [only, ...others] = parts;
  return only && others.length === 0 ? only : apply(concatOp, parts, { axis });
}
