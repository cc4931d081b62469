/**
 * Every layer with its options: outputs, gradients and statistics are PyTorch's. The golden file is from
 * tools/golden_layers.py.
 */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { gradients } from "../../../ml/graph/autodiff.ts";
import { multiply, sumAll } from "../../../ml/graph/ops/arithmetic.ts";
import { placeholder } from "../../../ml/graph/ops/sources.ts";
import { poolFirst } from "../../../ml/graph/passes/pool_first.ts";
import { rewrite } from "../../../ml/graph/rewrite.ts";
import { forward, type Parameters } from "../../../ml/network/forward.ts";
import { LAYERS } from "../../../ml/network/layers.ts";
import {
  buffersOf,
  type Network,
  parameterLayouts,
  parametersOf,
} from "../../../ml/network/network.ts";
import { calculating } from "../support/tensorflow.ts";
import {
  BATCH,
  CASES,
  engineOrder,
  imagesOf,
  initialBuffers,
  networkOf,
  parametersFor,
  STEPS,
  TORCH,
  torchOrder,
} from "./golden_cases.ts";
import { assertProbe, channelsFirstValues, numbers } from "./numbers.ts";

/** The graph of a case in both modes, on placeholders. */
function build(network: Network) {
  const arrays = [...parametersOf(network), ...buffersOf(network)];
  const inputs = new Map(
    arrays.map(({ name, shape }) => [name, placeholder(name, { shape, dtype: "float32" })]),
  );
  const shape = [BATCH, ...network.inputShape];
  const images = placeholder("images", { shape, dtype: "float32" });
  const lookUp: Parameters = (name) => inputs.get(name) ?? images;
  const step = placeholder("step", { shape: [], dtype: "int32" });
  const training = { seed: 1, step, batchSize: BATCH, begin: 0 };
  const trained = forward(network, images, lookUp, training);
  const [output = images] = rewrite([trained.output], poolFirst);
  const weights = placeholder("weights", { shape: output.shape, dtype: "float32" });
  const wanted = [images, ...parametersOf(network).map(({ name }) => lookUp(name))];
  return {
    output,
    gradients: gradients(sumAll(multiply(output, weights)), wanted),
    buffers: trained.buffers,
    evaluated: forward(network, images, lookUp).output,
  };
}

describe(`a layer beside PyTorch ${TORCH}`, () => {
  it("is tried for every kind", () => {
    const text = JSON.stringify(CASES.map(({ layers }) => layers));
    const missing = Object.keys(LAYERS).filter((kind) => !text.includes(`{"${kind}":`));
    assertEquals(missing, []);
  });

  for (const each of CASES) {
    it(`has its numbers: ${JSON.stringify(each.layers)}`, async () => {
      const network = networkOf(each);
      const layouts = parameterLayouts(network);
      const toTorch = (name: string, values: Float32Array) =>
        layouts.get(name)?.toTorch(values) ?? values;
      const names = parametersOf(network).map(({ name }) => name);
      assertEquals(names.toSorted(), Object.keys(each.gradients).toSorted());
      const graph = build(network);
      const kept = buffersOf(network);
      const next = kept.map(({ name }) => graph.buffers.get(name) ?? graph.output);
      const parameters = parametersFor(network);
      const buffers = initialBuffers(network);
      const weights = numbers(each.output.shape, 50);
      const fed = (salt: number) => ({
        ...parameters,
        ...buffers,
        step: Int32Array.of(1),
        images: imagesOf(each, salt),
        weights: engineOrder(weights, each.output.shape, network),
      });

      await calculating([graph.output, ...next, ...graph.gradients], (calculate) => {
        let results: readonly Float32Array[] = [];
        for (let step = 0; step < STEPS; step++) {
          results = calculate(fed(step));
          kept.forEach(({ name }, at) => buffers[name] = results[1 + at] ?? new Float32Array());
        }
        const [output = new Float32Array()] = results;
        const [slope = new Float32Array(), ...others] = results.slice(1 + kept.length);
        const { shape } = graph.output;
        assertProbe("the output", torchOrder(output, shape, network), each.output);
        const images = [BATCH, ...network.inputShape];
        assertProbe("the slope", channelsFirstValues(slope, images), each.inputGradient);
        for (const [at, name] of names.entries()) {
          const probe = each.gradients[name];
          assert(probe);
          assertProbe(name, toTorch(name, others[at] ?? new Float32Array()), probe);
        }
      });
      assertEquals(Object.keys(buffers).toSorted(), Object.keys(each.buffers).toSorted());
      for (const [name, probe] of Object.entries(each.buffers)) {
        assertProbe(name, toTorch(name, buffers[name] ?? new Float32Array()), probe);
      }
      await calculating([graph.evaluated], (calculate) => {
        const [values = new Float32Array()] = calculate(fed(STEPS));
        const { shape } = graph.evaluated;
        assertProbe("evaluated", torchOrder(values, shape, network), each.evaluated);
      });
    });
  }
});
