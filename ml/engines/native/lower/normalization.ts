/** Batch normalisation in the native engine: moments by parts, then the rest by samples. */
import {
  elementCount,
  inputAt,
  sameShape,
  sizeAt,
  type Tensor,
  type TensorOf,
} from "../../../graph/tensor.ts";
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

/** Further work on a normalised batch, while it passes by. */
interface Rest {
  /** Added to it. */
  readonly added?: Tensor;
  readonly isRelu?: boolean;
}

function normalize(
  tensor: TensorOf<"batchNorm">,
  { added, isRelu = false }: Rest,
  context: LoweringContext,
): Value {
  const { mean, reciprocal } = momentsOf(tensor, context);
  const [x, scale, offset] = [0, 1, 2].map((at) => context.node(inputAt(tensor.inputs, at)));
  if (!x || !scale || !offset) throw new RangeError("Cannot lower a batch norm.");
  const others = added ? [rows(context.node(added))] : [];
  return context.call(
    "normalize",
    [rows(context.create("normalize", tensor.shape))],
    [rows(x), whole(mean), whole(reciprocal), whole(scale), whole(offset), ...others],
    {
      units: sizeAt(x.shape, 0),
      ints: [sizeAt(x.shape, 3), Number(isRelu)],
      isRepeated: added === undefined,
    },
  );
}

/** Lowers the ReLU of a batch norm, or of its sum with another tensor, in one pass, if nothing else reads them. */
export function normalizedRelu(
  tensor: TensorOf<"relu">,
  context: LoweringContext,
): Value | undefined {
  const isMine = (input: Tensor) => context.users(input)?.length === 1;
  const input = inputAt(tensor.inputs, 0);
  if (!isMine(input)) return undefined;
  if (input.kind === "batchNorm") return normalize(input, { isRelu: true }, context);
  if (input.kind !== "add") return undefined;
  const [a, b] = [inputAt(input.inputs, 0), inputAt(input.inputs, 1)];
  if (a === b || !sameShape(a.shape, b.shape)) return undefined;
  for (const [norm, added] of [[a, b], [b, a]] as const) {
    if (norm.kind !== "batchNorm" || !isMine(norm)) continue;
    return normalize(norm, { added, isRelu: true }, context);
  }
  return undefined;
}

const GRADIENTS = ["InputGradient", "ScaleGradient", "OffsetGradient"].map((name) =>
  `batchNorm${name}`
);

/** The gradient of a batch norm's output, or of the ReLU's behind it. */
interface Incoming {
  readonly dy: Value;
  readonly isRelu: boolean;
}

/** Takes the gradient of a ReLU together with that of the batch norm before it, if nothing else reads it. */
function incomingOf({ inputs }: OfBatchNorm, context: LoweringContext): Incoming {
  const gradient = inputAt(inputs, 3);
  if (gradient.kind === "reluGradient") {
    const norm = inputAt(inputAt(gradient.inputs, 1).inputs, 0);
    const isSame = norm.kind === "batchNorm" && norm.inputs.every((own, at) => own === inputs[at]);
    const users = context.users(gradient);
    if (isSame && users?.every(({ kind }) => GRADIENTS.includes(kind)) === true) {
      return { dy: context.input(gradient, 0), isRelu: true };
    }
  }
  return { dy: context.node(gradient), isRelu: false };
}

/** The gradients of scale and offset, once. */
function gradientsOf(tensor: OfBatchNorm, context: LoweringContext) {
  const { epsilon } = tensor.attributes;
  const [images, gradient] = [inputAt(tensor.inputs, 0), inputAt(tensor.inputs, 3)];
  return context.shared(`norm gradients ${epsilon}`, [images, gradient], () => {
    const { mean, reciprocal } = momentsOf(tensor, context);
    const [x, scale, offset] = [0, 1, 2].map((at) => context.node(inputAt(tensor.inputs, at)));
    if (!x || !scale || !offset) throw new RangeError("Cannot lower a batch norm.");
    const { dy, isRelu } = incomingOf(tensor, context);
    const [samples, channels] = [sizeAt(x.shape, 0), sizeAt(x.shape, 3)];
    const [ofScale, ofOffset] = [
      context.createParts("normGradients", [channels], samples),
      context.createParts("normGradients", [channels], samples),
    ];
    context.call(
      "normGradients",
      [parts(ofScale), parts(ofOffset)],
      [rows(x), rows(dy), whole(mean), whole(reciprocal), whole(scale), whole(offset)],
      {
        units: samples,
        ints: [channels, Number(isRelu)],
        cost: 2 * elementCount(x.shape),
      },
    );
    return { scale: mergedParts(ofScale, context), offset: mergedParts(ofOffset, context) };
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
  batchNorm: (tensor, context) => normalize(tensor, {}, context),
  batchMean: (tensor, context) => momentsOf(tensor, context).mean,
  batchVariance: (tensor, context) => momentsOf(tensor, context).variance,
  batchNormInputGradient(tensor, context) {
    const { mean, reciprocal } = momentsOf(tensor, context);
    const gradients = gradientsOf(tensor, context);
    const [x, scale, offset] = [0, 1, 2].map((at) => context.node(inputAt(tensor.inputs, at)));
    const { dy, isRelu } = incomingOf(tensor, context);
    if (!x || !scale || !offset) throw new RangeError("Cannot lower a batch norm.");
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
        whole(offset),
        whole(gradients.scale),
        whole(gradients.offset),
      ],
      {
        units: sizeAt(x.shape, 0),
        ints: [channels, Number(isRelu)],
        floats: [channels / elementCount(x.shape)],
        cost: 2 * elementCount(x.shape),
      },
    );
  },
  batchNormScaleGradient: (tensor, context) => gradientsOf(tensor, context).scale,
  batchNormOffsetGradient: (tensor, context) => gradientsOf(tensor, context).offset,
};
