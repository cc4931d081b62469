/**
 * Batch normalisation by the statistics of the batch itself. Its outputs are operations of their own, which engines
 * compute together. x is [n, height, width, channels]; the statistics, scale and offset are [channels].
 */
import {
  apply,
  inputAt,
  type Op,
  type OpKind,
  sameShape,
  shapeError,
  type Tensor,
  type TensorType,
} from "../tensor.ts";

/** scale * (x - mean) / sqrt(variance + epsilon) + offset; the variance is the biased one. */
export const batchNormOp: Op<"batchNorm"> = {
  kind: "batchNorm",
  infer(inputs) {
    perChannel("batchNorm", inputs);
    const { shape, dtype } = inputAt(inputs, 0);
    return { shape, dtype };
  },
  gradient({ inputs, attributes }, dy) {
    const given = [...inputs, dy];
    return [
      apply(batchNormInputGradientOp, given, attributes),
      apply(batchNormScaleGradientOp, given, attributes),
      apply(batchNormOffsetGradientOp, given, attributes),
    ];
  },
};

/** The mean of the batch. */
export const batchMeanOp: Op<"batchMean"> = {
  kind: "batchMean",
  infer: (inputs) => perChannel("batchMean", inputs),
};

/** The unbiased variance of the batch: divided by one less than the number of values. */
export const batchVarianceOp: Op<"batchVariance"> = {
  kind: "batchVariance",
  infer: (inputs) => perChannel("batchVariance", inputs),
};

export const batchNormInputGradientOp: Op<"batchNormInputGradient"> = {
  kind: "batchNormInputGradient",
  infer(inputs) {
    const { shape, dtype } = inputAt(inputs, 0);
    return { shape, dtype };
  },
};

export const batchNormScaleGradientOp: Op<"batchNormScaleGradient"> = {
  kind: "batchNormScaleGradient",
  infer: (inputs) => perChannel("batchNormScaleGradient", inputs),
};

export const batchNormOffsetGradientOp: Op<"batchNormOffsetGradient"> = {
  kind: "batchNormOffsetGradient",
  infer: (inputs) => perChannel("batchNormOffsetGradient", inputs),
};

/** A batch, normalised, with its statistics. */
export interface NormalizedBatch {
  readonly output: Tensor;
  readonly mean: Tensor;
  /** The unbiased variance. */
  readonly variance: Tensor;
}

/**
 * Normalises [n, h, w, c] for each channel by the batch's mean and variance, then applies scale and offset, both [c].
 */
export function batchNorm(
  x: Tensor,
  scale: Tensor,
  offset: Tensor,
  epsilon: number,
): NormalizedBatch {
  const inputs = [x, scale, offset];
  return {
    output: apply(batchNormOp, inputs, { epsilon }),
    mean: apply(batchMeanOp, inputs, { epsilon }),
    variance: apply(batchVarianceOp, inputs, { epsilon }),
  };
}

function perChannel(kind: OpKind, inputs: readonly Tensor[]): TensorType {
  const [x, scale, offset] = [inputAt(inputs, 0), inputAt(inputs, 1), inputAt(inputs, 2)];
  const shape = x.shape.slice(3);
  if (x.shape.length !== 4 || !sameShape(scale.shape, shape) || !sameShape(offset.shape, shape)) {
    throw shapeError(kind, "they must be [n, h, w, c], [c] and [c]", inputs);
  }
  return { shape, dtype: x.dtype };
}
