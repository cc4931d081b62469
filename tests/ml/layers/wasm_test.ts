/** Every layer in WebAssembly: its evaluation gives PyTorch's numbers. */
import "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { assert } from "@std/assert";
import { before, describe, it } from "@std/testing/bdd";
import { evaluateGraph, valueOf } from "../../../ml/engines/wasm/lower.ts";
import { placeholder } from "../../../ml/graph/ops/sources.ts";
import { forward } from "../../../ml/network/forward.ts";
import { buffersOf, parametersOf } from "../../../ml/network/network.ts";
import {
  BATCH,
  CASES,
  imagesOf,
  networkOf,
  parametersFor,
  STEPS,
  TORCH,
  torchOrder,
  trainedBuffers,
} from "./golden_cases.ts";
import { assertProbe } from "./numbers.ts";

describe(`a layer in WebAssembly beside PyTorch ${TORCH}`, () => {
  before(async () => assert(await tf.setBackend("wasm")));

  for (const each of CASES) {
    it(`has its numbers: ${JSON.stringify(each.layers)}`, () => {
      const network = networkOf(each);
      const shape = [BATCH, ...network.inputShape];
      const images = placeholder("images", { shape, dtype: "float32" });
      const arrays = [...parametersOf(network), ...buffersOf(network)];
      const inputs = new Map(
        arrays.map(({ name, shape }) => [name, placeholder(name, { shape, dtype: "float32" })]),
      );
      const { output } = forward(network, images, (name) => inputs.get(name) ?? images);
      const given = { ...parametersFor(network), ...trainedBuffers(network, each) };
      tf.tidy(() => {
        const placeholders = new Map([
          ["images", tf.tensor(imagesOf(each, STEPS), shape)],
          ...arrays.map(({ name, shape }): [string, tf.Tensor] => [
            name,
            tf.tensor(given[name] ?? [], [...shape]),
          ]),
        ]);
        const values = evaluateGraph([output], { variables: new Map(), placeholders });
        const evaluated = Float32Array.from(valueOf(values, output).dataSync());
        assertProbe("the output", torchOrder(evaluated, output.shape, network), each.evaluated);
      });
    });
  }
});
