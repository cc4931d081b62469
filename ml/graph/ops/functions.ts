/** Functions of single numbers. */
import { sameFields } from "../image_field.ts";
import { apply, inputAt, type Op, type Tensor, type TensorType } from "../tensor.ts";
import { broadcast, divide, exp, multiply } from "./arithmetic.ts";
import { constant } from "./sources.ts";

/** 1 / sqrt(x) */
export const rsqrtOp: Op<"rsqrt"> = {
  kind: "rsqrt",
  infer: sameType,
  gradient(node, dy) {
    const cubed = multiply(multiply(node, node), node);
    return [multiply(multiply(dy, constant(-0.5)), cubed)];
  },
  inputFields: sameFields,
};

/** Computes 1 / sqrt(x) of each element. */
export function rsqrt(x: Tensor): Tensor {
  return apply(rsqrtOp, [x], {});
}

/** The natural logarithm. */
export const logOp: Op<"log"> = {
  kind: "log",
  infer: sameType,
  gradient: ({ inputs }, dy) => [divide(dy, inputAt(inputs, 0))],
  inputFields: sameFields,
};

/** Computes the natural logarithm of each element. */
export function log(x: Tensor): Tensor {
  return apply(logOp, [x], {});
}

/** The error function. */
export const erfOp: Op<"erf"> = {
  kind: "erf",
  infer: sameType,
  gradient({ inputs }, dy) {
    const x = inputAt(inputs, 0);
    const bell = exp(multiply(multiply(x, x), constant(-1)));
    return [multiply(dy, multiply(bell, constant(2 / Math.sqrt(Math.PI))))];
  },
  inputFields: sameFields,
};

/** Computes the error function of each element. */
export function erf(x: Tensor): Tensor {
  return apply(erfOp, [x], {});
}

/** The absolute value. Its gradient is not needed yet. */
export const absOp: Op<"abs"> = { kind: "abs", infer: sameType, inputFields: sameFields };

/** Computes the absolute value of each element. */
export function abs(x: Tensor): Tensor {
  return apply(absOp, [x], {});
}

/** The larger of two numbers. Its gradient is not needed yet. */
export const maximumOp: Op<"maximum"> = {
  kind: "maximum",
  infer: (inputs) => broadcast("maximum", inputs),
  inputFields: sameFields,
};

/** Returns the larger elements of two tensors, whose shapes broadcast. */
export function maximum(a: Tensor, b: Tensor): Tensor {
  return apply(maximumOp, [a, b], {});
}

/** The smaller of two numbers. Its gradient is not needed yet. */
export const minimumOp: Op<"minimum"> = {
  kind: "minimum",
  infer: (inputs) => broadcast("minimum", inputs),
  inputFields: sameFields,
};

/** Returns the smaller elements of two tensors, whose shapes broadcast. */
export function minimum(a: Tensor, b: Tensor): Tensor {
  return apply(minimumOp, [a, b], {});
}

function sameType(inputs: readonly Tensor[]): TensorType {
  const { shape, dtype } = inputAt(inputs, 0);
  return { shape, dtype };
}
