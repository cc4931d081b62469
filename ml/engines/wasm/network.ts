/**
 * Trained networks on WebAssembly (@tensorflow/tfjs-backend-wasm), for processes that may not load native code. They run
 * the same graph as the engines that train; the numbers are the same but for the rounding of sums.
 */
import * as tf from "@tensorflow/tfjs-core";
import { placeholder } from "../../graph/ops/sources.ts";
import type { Classified } from "../../metrics.ts";
import { buffersOf, type Network, parametersOf } from "../../network/network.ts";
import type { StateArray } from "../../state.ts";
import { buildPrediction } from "../../training/step.ts";
import { countSamples } from "../checks.ts";
import { evaluateGraph, valueOf } from "./lower.ts";
import { startWasm } from "./start.ts";

/** A network whose weights are loaded. */
export interface LoadedNetwork {
  /**
   * Classifies all samples at once: memory grows with their number.
   *
   * @param samples pixels 0..255, [count, height, width, channels]; vectors [count, features]
   * @throws {RangeError} if they are not whole samples
   */
  classify(samples: Uint8Array | Float32Array): Classified;
  /** Frees its weights. */
  dispose(): void;
}

/**
 * Loads weights into a network.
 *
 * @param state as Session.readState() and checkpoints give it; optimizer state is ignored
 * @throws {RangeError} if an array is missing
 */
export async function loadNetwork(
  network: Network,
  state: readonly StateArray[],
): Promise<LoadedNetwork> {
  await startWasm();
  const given = new Map(state.map(({ name, values }) => [name, values]));
  const variables = new Map<string, tf.Tensor>();
  const arrays = [...parametersOf(network), ...buffersOf(network)];
  for (const { name, shape, layout } of arrays) {
    const values = given.get(name);
    if (!values) throw new RangeError(`Cannot load ${network.name}: there is no array '${name}'.`);
    variables.set(name, tf.tensor(layout.fromTorch(values), [...shape], "float32"));
  }

  return {
    classify(samples) {
      const count = countSamples(network, samples, "classify");
      return tf.tidy(() => {
        const shape = [count, ...network.inputShape];
        const { predicted, probabilities } = buildPrediction(
          network,
          placeholder("pixels", { shape, dtype: "float32" }),
        );
        const pixels = tf.tensor(Float32Array.from(samples), shape);
        const values = evaluateGraph([predicted, probabilities], {
          variables,
          placeholders: new Map([["pixels", pixels]]),
        });
        return {
          predicted: Int32Array.from(valueOf(values, predicted).dataSync()),
          probabilities: Float32Array.from(valueOf(values, probabilities).dataSync()),
        };
      });
    },
    dispose() {
      for (const weight of variables.values()) weight.dispose();
    },
  };
}
