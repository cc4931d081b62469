/**
 * How parameters lie in memory: the engines keep the channels last, PyTorch keeps them first. Whatever leaves or
 * enters an engine (checkpoints, exports, initial weights) is in PyTorch's layout; this file turns one into the other.
 *
 * A matrix behind a flattened image needs more than a transposition: its inputs are in PyTorch's order (channel, row,
 * column) outside and in the engines' (row, column, channel) inside.
 */
import { inferShapes, type Layer, type Network, type SampleShape } from "./network.ts";

/** The two layouts of a parameter. */
export interface ParameterLayout {
  /** PyTorch's shape: kernels [out, in, height, width], matrices [out, in], biases [out]. */
  readonly torchShape: readonly number[];
  /** From PyTorch's layout to the engines'. */
  fromTorch(values: Float32Array): Float32Array;
  /** From the engines' layout to PyTorch's. */
  toTorch(values: Float32Array): Float32Array;
}

/** The layouts of all parameters of a network, by name, in the order of its layers. */
export function parameterLayouts(network: Network): ReadonlyMap<string, ParameterLayout> {
  const layouts = new Map<string, ParameterLayout>();
  let flattened: SampleShape | undefined;
  for (const { layer, inputShape, parameters } of inferShapes(network)) {
    if (layer.kind === "flatten") flattened = inputShape;
    const [weight, bias] = parameters;
    if (!weight || !bias) continue;
    const [outputs = 0, inputs = 0, ...kernel] = weight.shape.toReversed();
    layouts.set(weight.name, weightLayout(layer, inputs, outputs, kernel.toReversed(), flattened));
    layouts.set(bias.name, {
      torchShape: bias.shape,
      fromTorch: (values) => values.slice(),
      toTorch: (values) => values.slice(),
    });
    flattened = undefined;
  }
  return layouts;
}

/** Engines keep weights as [...place, in, out], where the place is in a kernel or in a flattened image. */
function weightLayout(
  layer: Layer,
  inputs: number,
  outputs: number,
  kernel: readonly number[],
  flattened: SampleShape | undefined,
): ParameterLayout {
  const image = layer.kind === "linear" ? flattened : undefined;
  const [height = 1, width = 1, channels = inputs] = image ?? kernel;
  const places = height * width;
  const torch = (output: number, channel: number, place: number) =>
    (output * channels + channel) * places + place;
  const engine = (output: number, channel: number, place: number) =>
    (place * channels + channel) * outputs + output;
  const move = (values: Float32Array, from: typeof torch, to: typeof torch) => {
    const moved = new Float32Array(values.length);
    for (let output = 0; output < outputs; output++) {
      for (let channel = 0; channel < channels; channel++) {
        for (let place = 0; place < places; place++) {
          moved[to(output, channel, place)] = values[from(output, channel, place)] ?? 0;
        }
      }
    }
    return moved;
  };
  return {
    torchShape: kernel.length > 0 ? [outputs, inputs, ...kernel] : [outputs, places * channels],
    fromTorch: (values) => move(values, torch, engine),
    toTorch: (values) => move(values, engine, torch),
  };
}
