/**
 * Widens images to whole panels of channels, which kernels do in vectors: from the convolution that makes them, through
 * operations that keep channels apart, to where the others are read. What the further channels hold is finite and meets
 * only zeros of filters, so that the numbers of the others stay as they are.
 */
import { OPS } from "../../graph/ops.ts";
import { pad, slice } from "../../graph/ops/data.ts";
import {
  apply,
  inputAt,
  type OpAttributes,
  type OpKind,
  sameShape,
  type Shape,
  sizeAt,
  type Tensor,
} from "../../graph/tensor.ts";
import { withInputs } from "../../graph/rewrite.ts";
import { mapUpdate } from "../../graph/update.ts";
import type { Graph } from "./lower/context.ts";
import { PANEL } from "./lower/panels.ts";

/** Operations that keep channels apart and make finite numbers of zeros. */
const CHANNELWISE: ReadonlySet<OpKind> = new Set<OpKind>([
  ...["add", "addN", "subtract", "multiply", "maximum", "minimum", "abs", "exp", "erf"] as const,
  ...["biasAdd", "relu", "reluGradient", "relu6", "relu6Gradient", "leakyRelu"] as const,
  ...["leakyReluGradient", "elu", "eluGradient", "sigmoid", "sigmoidGradient", "tanh"] as const,
  ...["tanhGradient", "maxPool2d", "maxPool2dGradient", "averagePool2d"] as const,
  ...["averagePool2dGradient", "batchNorm", "batchNormInputGradient"] as const,
]);

/** Operations that make one number a channel of images. */
const PER_CHANNEL: ReadonlySet<OpKind> = new Set<OpKind>([
  ...["biasGradient", "batchMean", "batchVariance"] as const,
  ...["batchNormScaleGradient", "batchNormOffsetGradient"] as const,
]);

/** Widens the images of a graph. The results are the same, but for roundings. */
export function widenChannels({ outputs, updates }: Graph): Graph {
  const { narrow } = new Widening();
  return {
    outputs: outputs.map(narrow),
    updates: updates.map((update) => mapUpdate(update, narrow)),
  };
}

/** Counts the channels of whole panels that hold so many. */
function whole(channels: number): number {
  return Math.ceil(channels / PANEL) * PANEL;
}

function channelsOf({ shape }: Tensor): number {
  return shape.at(-1) ?? 1;
}

function withChannels(shape: Shape, channels: number): Shape {
  return [...shape.slice(0, -1), channels];
}

/** Puts zeros behind the elements of each axis. */
function padTo(x: Tensor, shape: Shape): Tensor {
  const after = shape.map((size, axis) => size - sizeAt(x.shape, axis));
  return after.every((count) => count === 0) ? x : pad(x, shape.map(() => 0), after);
}

function cutTo(x: Tensor, shape: Shape): Tensor {
  return sameShape(x.shape, shape) ? x : slice(x, shape.map(() => 0), shape);
}

/** Makes a function of tensors that remembers its results. */
function remembered<T>(make: (tensor: Tensor) => T): (tensor: Tensor) => T {
  const known = new Map<Tensor, { readonly result: T }>();
  return (tensor) => {
    const found = known.get(tensor) ?? { result: make(tensor) };
    known.set(tensor, found);
    return found.result;
  };
}

/** A graph in rewriting. Each tensor has two forms: narrow is as it was, wide has whole panels of channels. */
class Widening {
  readonly #filters = new Map<Tensor, Map<string, Tensor>>();

  /** Checks whether a tensor is made wide, so that the narrow form is cut out of it. */
  readonly isWide = remembered((tensor): boolean => {
    const channels = channelsOf(tensor);
    if (tensor.shape.length !== 4 || channels === 1 || channels % PANEL === 0) return false;
    if (tensor.kind === "conv2d" || tensor.kind === "conv2dInputGradient") {
      return tensor.attributes.groups === 1;
    }
    return CHANNELWISE.has(tensor.kind) &&
      tensor.inputs.some((input) => channelsOf(input) === channels && this.isWide(input));
  });

  readonly narrow = remembered((tensor): Tensor => {
    if (this.isWide(tensor)) return cutTo(this.wide(tensor), tensor.shape);
    const convolved = this.#convolution(tensor);
    if (convolved) return cutTo(convolved, tensor.shape);
    if (PER_CHANNEL.has(tensor.kind) && tensor.inputs.some(this.isWide)) {
      return cutTo(this.#rebuilt(tensor, this.#wideInputs(tensor)), tensor.shape);
    }
    return this.#rebuilt(tensor, tensor.inputs.map(this.narrow));
  });

  readonly wide = remembered((tensor): Tensor => {
    if (!this.isWide(tensor)) {
      return padTo(
        this.narrow(tensor),
        withChannels(tensor.shape, whole(channelsOf(tensor))),
      );
    }
    return this.#convolution(tensor) ?? this.#rebuilt(tensor, this.#wideInputs(tensor));
  });

  /** The inputs of an operation that keeps channels apart. One number is for all channels. */
  #wideInputs(tensor: Tensor): readonly Tensor[] {
    const channels = channelsOf(tensor);
    return tensor.inputs.map((input) =>
      channelsOf(input) === channels ? this.wide(input) : this.narrow(input)
    );
  }

  /** Convolutions and their gradients with what is wide of their images, and as many channels of filters. */
  #convolution(tensor: Tensor): Tensor | undefined {
    switch (tensor.kind) {
      case "conv2d": {
        if (tensor.attributes.groups > 1) return undefined;
        const x = this.#image(inputAt(tensor.inputs, 0));
        const filter = this.#filter(
          inputAt(tensor.inputs, 1),
          channelsOf(x),
          whole(channelsOf(tensor)),
        );
        return apply(OPS.conv2d, [x, filter], tensor.attributes);
      }
      case "conv2dInputGradient": {
        if (tensor.attributes.groups > 1) return undefined;
        const dy = this.wide(inputAt(tensor.inputs, 1));
        const channels = whole(channelsOf(tensor));
        const filter = this.#filter(inputAt(tensor.inputs, 0), channels, channelsOf(dy));
        const inputShape = withChannels(tensor.attributes.inputShape, channels);
        return apply(OPS.conv2dInputGradient, [filter, dy], { ...tensor.attributes, inputShape });
      }
      case "conv2dFilterGradient": {
        if (tensor.attributes.groups > 1) return undefined;
        const x = this.#image(inputAt(tensor.inputs, 0));
        const dy = this.wide(inputAt(tensor.inputs, 1));
        const { filterShape: [height = 1, width = 1] } = tensor.attributes;
        const filterShape = [height, width, channelsOf(x), channelsOf(dy)];
        return apply(OPS.conv2dFilterGradient, [x, dy], { ...tensor.attributes, filterShape });
      }
      default:
        return undefined;
    }
  }

  /** An image as a convolution reads it: one that is not made wide may have any number of channels. */
  #image(x: Tensor): Tensor {
    return this.isWide(x) ? this.wide(x) : this.narrow(x);
  }

  /** A filter with zeros for further channels, made once for all that read it. */
  #filter(filter: Tensor, channelsIn: number, channelsOut: number): Tensor {
    const own = this.#filters.get(filter) ?? new Map<string, Tensor>();
    this.#filters.set(filter, own);
    const key = `${channelsIn} ${channelsOut}`;
    const shape = [...filter.shape.slice(0, 2), channelsIn, channelsOut];
    const known = own.get(key) ?? padTo(this.narrow(filter), shape);
    own.set(key, known);
    return known;
  }

  /** The same operation on other inputs, with as many channels as they have. */
  #rebuilt(tensor: Tensor, inputs: readonly Tensor[]): Tensor {
    return withInputs(tensor, inputs, this.#attributes(tensor, inputs));
  }

  #attributes(tensor: Tensor, inputs: readonly Tensor[]): OpAttributes[OpKind] {
    if (tensor.kind !== "averagePool2dGradient") return tensor.attributes;
    const channels = channelsOf(inputAt(inputs, 0));
    return {
      ...tensor.attributes,
      inputShape: withChannels(tensor.attributes.inputShape, channels),
    };
  }
}
