/**
 * A trained network that only looks: its forward pass on @tensorflow/tfjs-backend-wasm, for processes that may not load
 * native code. It trains nothing; engines/ does, and these numbers are the engines' but for the rounding of sums.
 */
import * as tf from "@tensorflow/tfjs-core";
import { setThreadsCount } from "@tensorflow/tfjs-backend-wasm";
import type { Classified } from "../../metrics.ts";
import { type Network, parameterLayouts, parametersOf } from "../../network/network.ts";
import { elementCount } from "../../graph/tensor.ts";
import type { StateArray } from "../../state.ts";
import type { Layer } from "../../network/layers.ts";

/** A network with its weights. */
export interface LoadedNetwork {
  /**
   * Classifies all images at once: memory grows with their number.
   *
   * @param images pixels 0..255, [count, height, width, channels]
   * @throws {RangeError} if they are not whole images
   */
  classify(images: Uint8Array): Classified;
  /** Frees its weights. */
  dispose(): void;
}

type Parameters = (name: string) => tf.Tensor;

let starting: Promise<void> | undefined;

/**
 * Puts weights into a network.
 *
 * @param state as Session.readState() and checkpoints give it; what an optimizer remembers is passed over
 * @throws {RangeError} if an array is missing
 */
export async function loadNetwork(
  network: Network,
  state: readonly StateArray[],
): Promise<LoadedNetwork> {
  await (starting ??= start());
  const layouts = parameterLayouts(network);
  const given = new Map(state.map(({ name, values }) => [name, values]));
  const weights = new Map<string, tf.Tensor>();
  for (const { name, shape } of parametersOf(network)) {
    const values = given.get(name);
    if (!values) throw new RangeError(`Cannot load ${network.name}: there is no array '${name}'.`);
    weights.set(
      name,
      tf.tensor(layouts.get(name)?.fromTorch(values) ?? values, [...shape], "float32"),
    );
  }
  const parameters: Parameters = (name) => {
    const found = weights.get(name);
    if (!found) throw new RangeError(`Cannot find parameter '${name}'.`);
    return found;
  };

  return {
    classify(images) {
      const count = images.length / elementCount(network.inputShape);
      if (!Number.isInteger(count)) {
        throw new RangeError(
          `Cannot classify: images must be of ${elementCount(network.inputShape)} bytes each, ` +
            `got ${images.length} bytes.`,
        );
      }
      return tf.tidy(() => {
        const { mean, std } = network.normalization;
        const pixels = tf.tensor(Float32Array.from(images), [count, ...network.inputShape]);
        const input = tf.add(tf.mul(pixels, 1 / (255 * std)), -mean / std);
        const output = network.layers.reduce(
          (x, layer) => applyLayer(layer, x, parameters),
          input as tf.Tensor,
        );
        return {
          // Of the output and not of the probabilities, where rounding makes near numbers equal: as training counts hits.
          predicted: Int32Array.from(tf.argMax(output, -1).dataSync()),
          probabilities: Float32Array.from(tf.softmax(output).dataSync()),
        };
      });
    },
    dispose() {
      for (const weight of weights.values()) weight.dispose();
    },
  };
}

async function start(): Promise<void> {
  // More threads would take them from the training next door.
  setThreadsCount(1);
  if (!await tf.setBackend("wasm")) {
    throw new Error("Cannot classify: WebAssembly cannot be started here.");
  }
}

/** Dropout is for training only. */
function applyLayer(layer: Layer, x: tf.Tensor, parameters: Parameters): tf.Tensor {
  switch (layer.kind) {
    case "conv2d": {
      const filter = parameters(`${layer.name}.weight`) as tf.Tensor4D;
      const convolved = tf.conv2d(x as tf.Tensor4D, filter, 1, "valid");
      return tf.add(convolved, parameters(`${layer.name}.bias`));
    }
    case "relu":
      return tf.relu(x);
    case "maxPool2d":
      return tf.maxPool(x as tf.Tensor4D, layer.size, layer.size, "valid");
    case "flatten":
      return tf.reshape(x, [x.shape[0] ?? 0, elementCount(x.shape.slice(1))]);
    case "linear": {
      const product = tf.matMul(x, parameters(`${layer.name}.weight`));
      return tf.add(product, parameters(`${layer.name}.bias`));
    }
    case "dropout":
    case "dropout2d":
      return x;
    case "logSoftmax":
      return tf.logSoftmax(x);
    default:
      return layer satisfies never;
  }
}
