/** Arithmetic on single numbers, with broadcasting as in NumPy, and sums. */
import { sameFields } from "../image_field.ts";
import {
  apply,
  inputAt,
  type Op,
  type OpKind,
  sameShape,
  type Shape,
  shapeError,
  showShape,
  type Tensor,
  type TensorType,
} from "../tensor.ts";
import { constant } from "./sources.ts";
import { reshape } from "./data.ts";

export const addOp: Op<"add"> = {
  kind: "add",
  infer: (inputs) => broadcast("add", inputs),
  gradient: ({ inputs: [a, b] }, dy) => [a && sumTo(dy, a.shape), b && sumTo(dy, b.shape)],
  inputFields: sameFields,
};

/** Adds two tensors, whose shapes broadcast. */
export function add(a: Tensor, b: Tensor): Tensor {
  return apply(addOp, [a, b], {});
}

/** The sum of tensors of one shape. */
export const addNOp: Op<"addN"> = {
  kind: "addN",
  infer(inputs) {
    const first = inputAt(inputs, 0);
    if (!inputs.every((x) => sameShape(x.shape, first.shape) && x.dtype === first.dtype)) {
      throw shapeError("addN", "all must have one shape", inputs);
    }
    return { shape: first.shape, dtype: first.dtype };
  },
  gradient: ({ inputs }, dy) => inputs.map(() => dy),
};

/** Adds tensors of one shape, at least one. */
export function addN(terms: readonly Tensor[]): Tensor {
  const [only, ...others] = terms;
  return only && others.length === 0 ? only : apply(addNOp, terms, {});
}

export const subtractOp: Op<"subtract"> = {
  kind: "subtract",
  infer: (inputs) => broadcast("subtract", inputs),
  gradient: ({ inputs: [a, b] }, dy) => [
    a && sumTo(dy, a.shape),
    b && sumTo(multiply(dy, constant(-1)), b.shape),
  ],
  inputFields: sameFields,
};

/** Subtracts b from a; their shapes broadcast. */
export function subtract(a: Tensor, b: Tensor): Tensor {
  return apply(subtractOp, [a, b], {});
}

export const multiplyOp: Op<"multiply"> = {
  kind: "multiply",
  infer: (inputs) => broadcast("multiply", inputs),
  gradient({ inputs }, dy) {
    const [a, b] = [inputAt(inputs, 0), inputAt(inputs, 1)];
    return [sumTo(multiply(dy, b), a.shape), sumTo(multiply(dy, a), b.shape)];
  },
  inputFields: sameFields,
};

/** Multiplies two tensors element by element; their shapes broadcast. */
export function multiply(a: Tensor, b: Tensor): Tensor {
  return apply(multiplyOp, [a, b], {});
}

export const divideOp: Op<"divide"> = {
  kind: "divide",
  infer: (inputs) => broadcast("divide", inputs),
  gradient(node, dy) {
    const [a, b] = [inputAt(node.inputs, 0), inputAt(node.inputs, 1)];
    const da = divide(dy, b);
    const db = multiply(multiply(da, divide(a, b)), constant(-1));
    return [sumTo(da, a.shape), sumTo(db, b.shape)];
  },
};

/** Divides a by b element by element; their shapes broadcast. */
export function divide(a: Tensor, b: Tensor): Tensor {
  return apply(divideOp, [a, b], {});
}

export const sqrtOp: Op<"sqrt"> = {
  kind: "sqrt",
  infer: unary,
  gradient: (node, dy) => [divide(multiply(dy, constant(0.5)), node)],
};

/** Computes the square root of each element. */
export function sqrt(x: Tensor): Tensor {
  return apply(sqrtOp, [x], {});
}

export const expOp: Op<"exp"> = {
  kind: "exp",
  infer: unary,
  gradient: (node, dy) => [multiply(dy, node)],
};

/** Computes e to the power of each element. */
export function exp(x: Tensor): Tensor {
  return apply(expOp, [x], {});
}

/** exp(x) - 1, exact also where x is near 0. */
export const expm1Op: Op<"expm1"> = {
  kind: "expm1",
  infer: unary,
  gradient: (node, dy) => [multiply(dy, add(node, constant(1)))],
};

/** Computes exp(x) - 1 of each element, exact also near 0. */
export function expm1(x: Tensor): Tensor {
  return apply(expm1Op, [x], {});
}

/** The sum over axes. */
export const sumOp: Op<"sum"> = {
  kind: "sum",
  infer(inputs, { axes, keepDims }) {
    const { shape, dtype } = inputAt(inputs, 0);
    if (!axes.every((axis) => Number.isInteger(axis) && axis >= 0 && axis < shape.length)) {
      throw shapeError("sum", `axes ${axes.join(", ")} must exist`, inputs);
    }
    return { shape: summedShape(shape, axes, keepDims), dtype };
  },
  gradient(node, dy) {
    const { shape } = inputAt(node.inputs, 0);
    return [broadcastTo(reshape(dy, summedShape(shape, node.attributes.axes, true)), shape)];
  },
};

/** Sums over axes, which keep size 1 with `keepDims` and vanish without. */
export function sum(x: Tensor, axes: readonly number[], keepDims = false): Tensor {
  return apply(sumOp, [x], { axes, keepDims });
}

/** The sum of all elements: []. */
export function sumAll(x: Tensor): Tensor {
  return sum(x, x.shape.map((_, axis) => axis));
}

/** Repeats along axes of size 1, and along new axes in front. */
export const broadcastToOp: Op<"broadcastTo"> = {
  kind: "broadcastTo",
  infer(inputs, { shape }) {
    const x = inputAt(inputs, 0);
    const lead = shape.length - x.shape.length;
    if (lead < 0 || x.shape.some((size, axis) => size !== 1 && size !== shape[axis + lead])) {
      throw shapeError("broadcastTo", `it must fit into ${showShape(shape)}`, inputs);
    }
    return { shape, dtype: x.dtype };
  },
  gradient: (node, upstream) => [sumTo(upstream, inputAt(node.inputs, 0).shape)],
};

/** Repeats a tensor along axes of size 1, and along new axes in front, up to a shape. */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  return apply(broadcastToOp, [x], { shape });
}

/** Undoes a broadcast: sums over the axes that were repeated. */
function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const lead = x.shape.length - shape.length;
  const axes = x.shape.flatMap((size, axis) =>
    axis < lead || (shape[axis - lead] === 1 && size !== 1) ? [axis] : []
  );
  return reshape(sum(x, axes), shape);
}

function summedShape(shape: Shape, axes: readonly number[], keepDims: boolean): Shape {
  return shape.flatMap((size, axis) => axes.includes(axis) ? (keepDims ? [1] : []) : [size]);
}

function unary(inputs: readonly Tensor[]): TensorType {
  const { shape, dtype } = inputAt(inputs, 0);
  return { shape, dtype };
}

/** Infers the type of an operation on two tensors that broadcast as in NumPy. */
export function broadcast(
  kind: OpKind,
  inputs: readonly Tensor[],
): TensorType {
  const [a, b] = [inputAt(inputs, 0), inputAt(inputs, 1)];
  if (a.dtype !== b.dtype) throw shapeError(kind, "both must have one type", inputs);
  const rank = Math.max(a.shape.length, b.shape.length);
  const shape = Array.from({ length: rank }, (_, axis) => {
    const sizeA = a.shape[axis - rank + a.shape.length] ?? 1;
    const sizeB = b.shape[axis - rank + b.shape.length] ?? 1;
    if (sizeA !== sizeB && sizeA !== 1 && sizeB !== 1) {
      throw shapeError(kind, "shapes must be equal or broadcast", inputs);
    }
    return Math.max(sizeA, sizeB);
  });
  return { shape, dtype: a.dtype };
}
