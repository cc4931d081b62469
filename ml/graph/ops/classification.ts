/** From logits to losses and hits. Logits are [n, classes], labels int32 [n]. */
import {
  apply,
  inputAt,
  type Op,
  type OpKind,
  type Shape,
  shapeError,
  sizeAt,
  type Tensor,
  type TensorType,
} from "../tensor.ts";
import { exp, multiply, subtract, sum } from "./arithmetic.ts";
import { reshape } from "./data.ts";

/** Probabilities of the classes, along the last axis. */
export const softmaxOp: Op<"softmax"> = {
  kind: "softmax",
  infer: sameType,
  gradient(node, dy) {
    const inner = sum(multiply(dy, node), lastAxis(node), true);
    return [multiply(node, subtract(dy, inner))];
  },
};

/** Computes probabilities of the same shape, which sum to 1 along the last axis. */
export function softmax(logits: Tensor): Tensor {
  return apply(softmaxOp, [logits], {});
}

/** Logarithms of the classes' probabilities, along the last axis. */
export const logSoftmaxOp: Op<"logSoftmax"> = {
  kind: "logSoftmax",
  infer: sameType,
  gradient: (node, dy) => [subtract(dy, multiply(exp(node), sum(dy, lastAxis(node), true)))],
};

/** Computes logarithms of probabilities, along the last axis. */
export function logSoftmax(logits: Tensor): Tensor {
  return apply(logSoftmaxOp, [logits], {});
}

/** -log softmax(logits)[label] of each sample: [n], in nats. */
export const softmaxCrossEntropyOp: Op<"softmaxCrossEntropy"> = {
  kind: "softmaxCrossEntropy",
  infer: (inputs) => perSample("softmaxCrossEntropy", inputs),
  gradient({ inputs }, dy) {
    const [logits, labels] = [inputAt(inputs, 0), inputAt(inputs, 1)];
    const gradient = apply(softmaxCrossEntropyGradientOp, [logits, labels], {});
    return [multiply(gradient, column(dy)), undefined];
  },
};

/** Computes the cross-entropy of each sample, in nats: [n]. */
export function softmaxCrossEntropy(logits: Tensor, labels: Tensor): Tensor {
  return apply(softmaxCrossEntropyOp, [logits, labels], {});
}

/** softmax(logits) - oneHot(labels) */
export const softmaxCrossEntropyGradientOp: Op<"softmaxCrossEntropyGradient"> = {
  kind: "softmaxCrossEntropyGradient",
  infer: sameType,
};

/** -logProbabilities[label] of each sample: [n]. */
export const negativeLogLikelihoodOp: Op<"negativeLogLikelihood"> = {
  kind: "negativeLogLikelihood",
  infer: (inputs) => perSample("negativeLogLikelihood", inputs),
  gradient({ inputs }, dy) {
    const [logProbabilities, labels] = [inputAt(inputs, 0), inputAt(inputs, 1)];
    const classes = sizeAt(logProbabilities.shape, 1);
    const gradient = apply(negativeLogLikelihoodGradientOp, [labels], { classes });
    return [multiply(gradient, column(dy)), undefined];
  },
};

/** Computes -logProbabilities[label] of each sample: [n]. */
export function negativeLogLikelihood(logProbabilities: Tensor, labels: Tensor): Tensor {
  return apply(negativeLogLikelihoodOp, [logProbabilities, labels], {});
}

/** -oneHot(labels): [n, classes] */
export const negativeLogLikelihoodGradientOp: Op<"negativeLogLikelihoodGradient"> = {
  kind: "negativeLogLikelihoodGradient",
  infer: (inputs, { classes }) => ({
    shape: [sizeAt(inputAt(inputs, 0).shape, 0), classes],
    dtype: "float32",
  }),
};

/** The class with the largest logit: int32 [n]; of equals the first. */
export const argMaxOp: Op<"argMax"> = {
  kind: "argMax",
  infer: (inputs) => ({ shape: [sizeAt(inputAt(inputs, 0).shape, 0)], dtype: "int32" }),
};

/** Finds the class with the largest logit of each sample: int32 [n]. */
export function argMax(logits: Tensor): Tensor {
  return apply(argMaxOp, [logits], {});
}

/** 1 where both are equal, else 0: float32. */
export const equalOp: Op<"equal"> = {
  kind: "equal",
  infer: (inputs) => ({ shape: inputAt(inputs, 0).shape, dtype: "float32" }),
};

/** Compares two tensors of one shape: 1 where they are equal, else 0. */
export function equal(a: Tensor, b: Tensor): Tensor {
  return apply(equalOp, [a, b], {});
}

function column(x: Tensor): Tensor {
  return reshape(x, [sizeAt(x.shape, 0), 1]);
}

function lastAxis({ shape }: { readonly shape: Shape }): readonly number[] {
  return [shape.length - 1];
}

function sameType(inputs: readonly Tensor[]): TensorType {
  const { shape, dtype } = inputAt(inputs, 0);
  return { shape, dtype };
}

function perSample(kind: OpKind, inputs: readonly Tensor[]): TensorType {
  const [scores, labels] = [inputAt(inputs, 0), inputAt(inputs, 1)];
  if (
    scores.shape.length !== 2 || labels.shape.length !== 1 || labels.dtype !== "int32" ||
    scores.shape[0] !== labels.shape[0]
  ) {
    throw shapeError(kind, "they must be float32 [n, classes] and int32 [n]", inputs);
  }
  return { shape: labels.shape, dtype: scores.dtype };
}
