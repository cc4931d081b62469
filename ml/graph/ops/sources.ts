/** Sources of numbers: variables, inputs of a call, constants and random masks. */
import { apply, type Op, type Shape, type Tensor, type TensorType } from "../tensor.ts";

/**
 * The value of a variable at the beginning of the step. Shared by all steps, changed by updates
 * only.
 */
export const variableOp: Op<"variable"> = {
  kind: "variable",
  infer: (_inputs, { shape, dtype }) => ({ shape, dtype }),
};

/** Reads a variable: its value at the beginning of the step. */
export function variable(name: string, type: TensorType): Tensor {
  return apply(variableOp, [], { name, ...type });
}

/** An input of the call. */
export const placeholderOp: Op<"placeholder"> = {
  kind: "placeholder",
  infer: (_inputs, { shape, dtype }) => ({ shape, dtype }),
};

/** Reads an input of the call, by its name. */
export function placeholder(name: string, type: TensorType): Tensor {
  return apply(placeholderOp, [], { name, ...type });
}

/** Numbers known now. A single value fills the whole shape. */
export const constantOp: Op<"constant"> = {
  kind: "constant",
  infer: (_inputs, { shape, dtype }) => ({ shape, dtype }),
};

/** Makes a float32 constant; one number fills the whole shape. */
export function constant(values: number | readonly number[], shape: Shape = []): Tensor {
  return apply(constantOp, [], {
    values: typeof values === "number" ? [values] : values,
    shape,
    dtype: "float32",
  });
}

/**
 * 0 with probability `rate`, else 1 / (1 - rate): what dropout multiplies by. The numbers depend on the key
 * and the step alone (a counter-based generator), so a step can be repeated.
 */
export const dropoutMaskOp: Op<"dropoutMask"> = {
  kind: "dropoutMask",
  infer: (_inputs, { shape }) => ({ shape, dtype: "float32" }),
  gradient: () => [undefined],
};

/** @param step the step's number, int32 [] */
export function dropoutMask(step: Tensor, shape: Shape, rate: number, key: number): Tensor {
  return apply(dropoutMaskOp, [step], { shape, rate, key });
}
