/** Batch normalisation in the native engine: moments by parts, then the rest by samples. */
import { elementCount, inputAt, sizeAt, type Tensor } from "../../../graph/tensor.ts";
import type { Value } from "../calls.ts";
import {
  type LoweringContext,
  type LowerTable,
  mergedParts,
  parts,
  rows,
  whole,
} from "./context.ts";

interface Moments {
  readonly mean: Value;
  /** 1 / sqrt(variance + epsilon) */
  readonly reciprocal: Value;
  /** The unbiased one. */
  readonly variance: Value;
}

type OfBatchNorm = Tensor & { readonly attributes: { readonly epsilon: number } };

/** Finds the moments of the first input, once. */
function momentsOf(tensor: OfBatchNorm, context: LoweringContext): Moments {
  const { epsilon } = tensor.attributes;
  const images = inputAt(tensor.inputs, 0);
  return context.shared(`moments ${epsilon}`, [images], () => {
    const x = context.node(images);
    const [samples, channels] = [sizeAt(x.shape, 0), sizeAt(x.shape, 3)];
    const partial = context.createParts("moments", [2 * channels], samples);
    const cost = 2 * elementCount(x.shape);
    context.call("moments", [parts(partial)], [rows(x)], {
      units: samples,
      ints: [channels],
      cost,
    });
    const [mean, reciprocal, variance] = ["mean", "reciprocal", "variance"].map((name) =>
      context.create(name, [channels])
    );
    if (!mean || !reciprocal || !variance) throw new RangeError("Cannot lower a batch norm.");
    context.call(
      "mergeMoments",
      [rows(mean), rows(reciprocal), rows(variance)],
      [whole(partial)],
      {
        units: channels,
        ints: [
          partial.storage.parts ?? 1,
          samples,
          elementCount(x.shape) / samples / channels,
        ],
        floats: [epsilon],
        isBatch: false,
        cost: channels * (partial.storage.parts ?? 1),
      },
    );
    return { mean, reciprocal, variance };
  });
}

/** The gradients of scale and offset, once. */
function gradientsOf(tensor: OfBatchNorm, context: LoweringContext) {
  const { epsilon } = tensor.attributes;
  const [images, gradient] = [inputAt(tensor.inputs, 0), inputAt(tensor.inputs, 3)];
  return context.shared(`norm gradients ${epsilon}`, [images, gradient], () => {
    const { mean, reciprocal } = momentsOf(tensor, context);
    const [x, dy] = [context.node(images), context.node(gradient)];
    const [samples, channels] = [sizeAt(x.shape, 0), sizeAt(x.shape, 3)];
    const [scale, offset] = [
      context.createParts("normGradients", [channels], samples),
      context.createParts("normGradients", [channels], samples),
    ];
    context.call(
      "normGradients",
      [parts(scale), parts(offset)],
      [rows(x), rows(dy), whole(mean), whole(reciprocal)],
      { units: samples, ints: [channels], cost: 2 * elementCount(x.shape) },
    );
    return { scale: mergedParts(scale, context), offset: mergedParts(offset, context) };
  });
}

export const NORMALIZATION: LowerTable<
  | "batchNorm"
  | "batchMean"
  | "batchVariance"
  | "batchNormInputGradient"
  | "batchNormScaleGradient"
  | "batchNormOffsetGradient"
> = {
  batchNorm(tensor, context) {
    const { mean, reciprocal } = momentsOf(tensor, context);
    const [x, scale, offset] = [0, 1, 2].map((at) => context.node(inputAt(tensor.inputs, at)));
    if (!x || !scale || !offset) throw new RangeError("Cannot lower a batch norm.");
    return context.call(
      "normalize",
      [rows(context.create("normalize", tensor.shape))],
      [rows(x), whole(mean), whole(reciprocal), whole(scale), whole(offset)],
      { units: sizeAt(x.shape, 0), ints: [sizeAt(x.shape, 3)] },
    );
  },
  batchMean: (tensor, context) => momentsOf(tensor, context).mean,
  batchVariance: (tensor, context) => momentsOf(tensor, context).variance,
  batchNormInputGradient(tensor, context) {
    const { mean, reciprocal } = momentsOf(tensor, context);
    const gradients = gradientsOf(tensor, context);
    const [x, scale, dy] = [0, 1, 3].map((at) => context.node(inputAt(tensor.inputs, at)));
    if (!x || !scale || !dy) throw new RangeError("Cannot lower a batch norm.");
    const channels = sizeAt(x.shape, 3);
    return context.call(
      "normInputGradient",
      [rows(context.create("normInputGradient", tensor.shape))],
      [
        rows(x),
        rows(dy),
        whole(mean),
        whole(reciprocal),
        whole(scale),
        whole(gradients.scale),
        whole(gradients.offset),
      ],
      {
        units: sizeAt(x.shape, 0),
        ints: [channels],
        floats: [channels / elementCount(x.shape)],
        cost: 2 * elementCount(x.shape),
      },
    );
  },
  batchNormScaleGradient: (tensor, context) => gradientsOf(tensor, context).scale,
  batchNormOffsetGradient: (tensor, context) => gradientsOf(tensor, context).offset,
};
