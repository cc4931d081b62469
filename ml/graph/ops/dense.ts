/** Operations of fully connected layers: matrix product, bias, rectifier. */
import { sameFields } from "../image_field.ts";
import { apply, inputAt, type Op, sameShape, shapeError, sizeAt, type Tensor } from "../tensor.ts";

/** [m, k] by [k, n] gives [m, n]; each side may be read transposed. */
export const matMulOp: Op<"matMul"> = {
  kind: "matMul",
  infer(inputs, { transposeA, transposeB }) {
    const [a, b] = [inputAt(inputs, 0), inputAt(inputs, 1)];
    if (a.shape.length !== 2 || b.shape.length !== 2) {
      throw shapeError("matMul", "both must be matrices", inputs);
    }
    const [rows, inner] = transposeA ? a.shape.toReversed() : a.shape;
    const [innerB, columns] = transposeB ? b.shape.toReversed() : b.shape;
    if (rows === undefined || columns === undefined || inner !== innerB) {
      throw shapeError("matMul", "the inner sizes must be equal", inputs);
    }
    return { shape: [rows, columns], dtype: a.dtype };
  },
  gradient({ inputs, attributes: { transposeA, transposeB } }, dy) {
    const [a, b] = [inputAt(inputs, 0), inputAt(inputs, 1)];
    return [
      transposeA ? matMul(b, dy, transposeB, true) : matMul(dy, b, false, !transposeB),
      transposeB ? matMul(dy, a, true, transposeA) : matMul(a, dy, !transposeA, false),
    ];
  },
};

/** Multiplies matrices, [m, k] by [k, n], each read transposed on demand: [m, n]. */
export function matMul(a: Tensor, b: Tensor, transposeA = false, transposeB = false): Tensor {
  return apply(matMulOp, [a, b], { transposeA, transposeB });
}

/** Adds [channels] to [..., channels]. */
export const biasAddOp: Op<"biasAdd"> = {
  kind: "biasAdd",
  infer(inputs) {
    const [x, bias] = [inputAt(inputs, 0), inputAt(inputs, 1)];
    if (!sameShape(bias.shape, [sizeAt(x.shape, -1)])) {
      throw shapeError("biasAdd", "the bias must be [channels]", inputs);
    }
    return { shape: x.shape, dtype: x.dtype };
  },
  gradient: (_node, dy) => [dy, biasGradient(dy)],
  inputFields: sameFields,
};

/** Adds [channels] to the last axis. */
export function biasAdd(x: Tensor, bias: Tensor): Tensor {
  return apply(biasAddOp, [x, bias], {});
}

/** The sum over all axes but the last. */
export const biasGradientOp: Op<"biasGradient"> = {
  kind: "biasGradient",
  infer(inputs) {
    const { shape, dtype } = inputAt(inputs, 0);
    return { shape: [sizeAt(shape, -1)], dtype };
  },
};

/** Sums over all axes but the last: [channels]. */
export function biasGradient(dy: Tensor): Tensor {
  return apply(biasGradientOp, [dy], {});
}

/** max(x, 0) */
export const reluOp: Op<"relu"> = {
  kind: "relu",
  infer(inputs) {
    const { shape, dtype } = inputAt(inputs, 0);
    return { shape, dtype };
  },
  gradient: (node, dy) => [reluGradient(dy, node)],
  inputFields: sameFields,
};

/** Computes max(x, 0) of each element. */
export function relu(x: Tensor): Tensor {
  return apply(reluOp, [x], {});
}

/** The gradient where the output is above 0, else 0. */
export const reluGradientOp: Op<"reluGradient"> = {
  kind: "reluGradient",
  infer(inputs) {
    const [dy, y] = [inputAt(inputs, 0), inputAt(inputs, 1)];
    if (!sameShape(dy.shape, y.shape)) {
      throw shapeError("reluGradient", "both must have one shape", inputs);
    }
    return { shape: dy.shape, dtype: dy.dtype };
  },
};

/** Returns dy where the output y of relu() is above 0, else 0. */
export function reluGradient(dy: Tensor, y: Tensor): Tensor {
  return apply(reluGradientOp, [dy, y], {});
}
