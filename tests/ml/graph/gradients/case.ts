/** Uses of operations whose gradients are checked. */
import { placeholder } from "../../../../ml/graph/ops/sources.ts";
import type { OpKind, Shape, Tensor } from "../../../../ml/graph/tensor.ts";
import type { TensorFlow } from "../../../../native/tensorflow.ts";

export type Eager = ReturnType<TensorFlow["tensor"]>;

/** One use of an operation, in our graph and in tfjs. */
export interface Case {
  readonly kind: OpKind;
  readonly shapes: readonly Shape[];
  readonly build: (...x: readonly Tensor[]) => Tensor;
  /** Undefined where tfjs has no such operation or no gradient of it. */
  readonly eager?: (tf: TensorFlow, ...x: readonly Eager[]) => Eager;
  /** Numbers apart from each other and from 0, where the function has corners, or above 0. */
  readonly numbers: "apart" | "positive" | undefined;
}

export const LABELS = Int32Array.of(2, 0, 3);
export const labels = placeholder("labels", { shape: [3], dtype: "int32" });
export const oneHot = (tf: TensorFlow) => tf.oneHot(tf.tensor1d(LABELS, "int32"), 4);

/** Describes an operation on one tensor. */
export const unary = (
  kind: OpKind,
  shape: Shape,
  apply: (x: Tensor) => Tensor,
  eager: ((tf: TensorFlow, x: Eager) => Eager) | undefined,
  numbers?: Case["numbers"],
): Case => ({
  ...{ kind, shapes: [shape], numbers },
  build: (x = labels) => apply(x),
  ...eager && { eager: (tf: TensorFlow, x?: Eager) => eager(tf, x ?? tf.scalar(NaN)) },
});

/** Describes an operation on two tensors. */
export const binary = (
  kind: OpKind,
  shapes: readonly [Shape, Shape],
  apply: (a: Tensor, b: Tensor) => Tensor,
  eager: ((tf: TensorFlow, a: Eager, b: Eager) => Eager) | undefined,
  numbers?: Case["numbers"],
): Case => ({
  ...{ kind, shapes, numbers },
  build: (a = labels, b = labels) => apply(a, b),
  ...eager && {
    eager: (tf: TensorFlow, a?: Eager, b?: Eager) =>
      eager(tf, a ?? tf.scalar(NaN), b ?? tf.scalar(NaN)),
  },
});
