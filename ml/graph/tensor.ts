/**
 * The values of the training graph. A tensor is an operation applied to other tensors, with a shape and a
 * type that are known before anything runs. Tensors are immutable and hold no numbers: an engine lowers them.
 *
 * Operations live in ops/, one function each, with their shape rules and gradients.
 */

import type { Convolution, Pooling } from "./windows.ts";

/** The element types. Everything that is differentiated is float32. */
export type DType = "float32" | "int32" | "uint8" | "bool";

/** A shape: [] is a scalar. */
export type Shape = readonly number[];

/** Shape and element type of a tensor, known before it is computed. */
export interface TensorType {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** Every operation with its attributes: what it needs to know beside its inputs. */
export interface OpAttributes {
  // sources
  readonly variable: TensorType & { readonly name: string };
  readonly placeholder: TensorType & { readonly name: string };
  readonly constant: TensorType & { readonly values: readonly number[] };
  readonly dropoutMask: { readonly shape: Shape; readonly rate: number; readonly key: number };
  // data
  readonly gatherRows: { readonly table: string; readonly row: Shape; readonly dtype: DType };
  readonly sliceRows: { readonly begin: number; readonly count: number };
  readonly cast: { readonly dtype: DType };
  readonly reshape: { readonly shape: Shape };
  readonly broadcastTo: { readonly shape: Shape };
  readonly slice: { readonly begin: Shape; readonly size: Shape };
  readonly pad: { readonly before: Shape; readonly after: Shape };
  readonly concat: { readonly axis: number };
  readonly movePixels: {
    readonly interpolation: "nearest" | "bilinear";
    /** Rows and columns of the result. */
    readonly size: readonly [height: number, width: number];
  };
  // arithmetic
  readonly add: Empty;
  readonly addN: Empty;
  readonly subtract: Empty;
  readonly multiply: Empty;
  readonly divide: Empty;
  readonly sqrt: Empty;
  readonly exp: Empty;
  readonly expm1: Empty;
  readonly rsqrt: Empty;
  readonly log: Empty;
  readonly erf: Empty;
  readonly abs: Empty;
  readonly maximum: Empty;
  readonly minimum: Empty;
  readonly sum: { readonly axes: readonly number[]; readonly keepDims: boolean };
  // layers
  readonly matMul: { readonly transposeA: boolean; readonly transposeB: boolean };
  readonly biasAdd: Empty;
  readonly biasGradient: Empty;
  readonly relu: Empty;
  readonly reluGradient: Empty;
  readonly relu6: Empty;
  readonly relu6Gradient: Empty;
  readonly leakyRelu: { readonly slope: number };
  readonly leakyReluGradient: { readonly slope: number };
  readonly elu: Empty;
  readonly eluGradient: Empty;
  readonly sigmoid: Empty;
  readonly sigmoidGradient: Empty;
  readonly tanh: Empty;
  readonly tanhGradient: Empty;
  readonly conv2d: Convolution;
  readonly conv2dInputGradient: Convolution & { readonly inputShape: Shape };
  readonly conv2dFilterGradient: Convolution & { readonly filterShape: Shape };
  readonly maxPool2d: Pooling;
  readonly maxPool2dGradient: Pooling;
  readonly averagePool2d: Pooling;
  readonly averagePool2dGradient: Pooling & { readonly inputShape: Shape };
  readonly batchNorm: { readonly epsilon: number };
  readonly batchMean: { readonly epsilon: number };
  readonly batchVariance: { readonly epsilon: number };
  readonly batchNormInputGradient: { readonly epsilon: number };
  readonly batchNormScaleGradient: { readonly epsilon: number };
  readonly batchNormOffsetGradient: { readonly epsilon: number };
  // classification
  readonly softmax: Empty;
  readonly logSoftmax: Empty;
  readonly softmaxCrossEntropy: Empty;
  readonly softmaxCrossEntropyGradient: Empty;
  readonly negativeLogLikelihood: Empty;
  readonly negativeLogLikelihoodGradient: { readonly classes: number };
  readonly argMax: Empty;
  readonly equal: Empty;
}

/** No attributes. */
export type Empty = Readonly<Record<never, never>>;

/** The operations' names. */
export type OpKind = keyof OpAttributes;

/** A tensor made by a certain operation. */
export interface TensorOf<Kind extends OpKind> extends TensorType {
  readonly kind: Kind;
  readonly inputs: readonly Tensor[];
  readonly attributes: OpAttributes[Kind];
}

/** A tensor: a union over its operation, so that `switch (tensor.kind)` knows its attributes. */
export type Tensor = { readonly [Kind in OpKind]: TensorOf<Kind> }[OpKind];

/** Rows and columns of an image, counted from the top left. */
export type ReceptiveField = readonly [height: number, width: number];

/** An operation: its shape rule, its gradient and the part of its inputs that it reads. */
export interface Op<Kind extends OpKind> {
  readonly kind: Kind;
  /**
   * The type of the result.
   *
   * @throws {RangeError} if the inputs do not fit
   */
  infer(inputs: readonly Tensor[], attributes: OpAttributes[Kind]): TensorType;
  /**
   * The gradients of the inputs, given the gradient of the result; undefined for inputs that have none. An
   * operation without this member is not differentiable.
   */
  gradient?(node: TensorOf<Kind>, upstream: Tensor): readonly (Tensor | undefined)[];
  /**
   * The part of each input that a part of the resulting image depends on; undefined for inputs that are no images.
   * An operation without this member reads its inputs whole.
   */
  inputFields?(
    node: TensorOf<Kind>,
    field: ReceptiveField,
  ): readonly (ReceptiveField | undefined)[];
}

/** Applies an operation. */
export function apply<Kind extends OpKind>(
  op: Op<Kind>,
  inputs: readonly Tensor[],
  attributes: OpAttributes[Kind],
): Tensor {
  const type = op.infer(inputs, attributes);
  // The union's members differ in kind and attributes only, and these two belong together here.
  return { ...type, kind: op.kind, inputs, attributes } as TensorOf<Kind> as unknown as Tensor;
}

/** The input at a position. */
export function inputAt(inputs: readonly Tensor[], position: number): Tensor {
  const input = inputs[position];
  if (!input) throw new RangeError(`Cannot read input ${position}: there are ${inputs.length}.`);
  return input;
}

/** A size of a shape. Negative axes count from the end. */
export function sizeAt(shape: Shape, axis: number): number {
  const size = shape.at(axis);
  if (size === undefined) {
    throw new RangeError(`Cannot read axis ${axis} of ${showShape(shape)}.`);
  }
  return size;
}

/** Counts the elements of a shape. */
export function elementCount(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Checks whether two shapes are the same. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** A shape for messages: '[32, 28, 28, 1]'. */
export function showShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** The error of an operation whose inputs do not fit. */
export function shapeError(kind: OpKind, rule: string, inputs: readonly Tensor[]): RangeError {
  const got = inputs.map((input) => `${input.dtype} ${showShape(input.shape)}`).join(" and ");
  return new RangeError(`Cannot apply ${kind}: ${rule}, got ${got}.`);
}
