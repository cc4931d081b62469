/**
 * Trained networks on WebAssembly (@tensorflow/tfjs-backend-wasm), for processes that may not load native code. They
 * run the same graph as the engines that train; the numbers are the same but for the rounding of sums.
 */
import * as tf from "@tensorflow/tfjs-core";
import { placeholder } from "../../graph/ops/sources.ts";
import type { Inferred } from "../../metrics.ts";
import { buffersOf, type Network, parametersOf } from "../../network/network.ts";
import type { StateArray } from "../../state.ts";
import { buildPrediction } from "../../training/step.ts";
import { countSamples } from "../checks.ts";
import type { LoadedNetwork } from "../loaded_network.ts";
import { evaluateGraph, valueOf } from "./lower.ts";
import { startWasm } from "./start.ts";

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
    classify(samples): Inferred {
      const count = countSamples(network, samples, "classify");
      return tf.tidy(() => {
        const shape = [count, ...network.inputShape];
        const { output, predicted, probabilities } = buildPrediction(
          network,
          placeholder("pixels", { shape, dtype: "float32" }),
        );
        const pixels = tf.tensor(Float32Array.from(samples), shape);
        const values = evaluateGraph([output, predicted, probabilities], {
          variables,
          placeholders: new Map([["pixels", pixels]]),
        });
        return {
          predicted: Int32Array.from(valueOf(values, predicted).dataSync()),
          probabilities: Float32Array.from(valueOf(values, probabilities).dataSync()),
          logits: Float32Array.from(valueOf(values, output).dataSync()),
        };
      });
    },
    bytes: () => [...variables.values()].reduce((sum, { size }) => sum + 4 * size, 0),
    dispose() {
      for (const weight of variables.values()) weight.dispose();
    },
  };
}
