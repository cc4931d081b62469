/** Vectors of features in every engine: normalised by the mean and deviation of each feature, trained, predicted. */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Split, VectorDataset } from "../../../data/dataset.ts";
import { randomStream } from "../../../data/random.ts";
import type { Engine, TrainingPlan } from "../../../ml/engines/engine.ts";
import { openNative } from "../../../ml/engines/native/engine.ts";
import { loadNetwork } from "../../../ml/engines/wasm/network.ts";
import { layers } from "../../../ml/network/parse.ts";
import type { Network } from "../../../ml/network/network.ts";
import { OWN_NETWORK } from "../../../ml/spec/resolve.ts";
import { assertFails } from "../../support/errors.ts";
import { cpuEngine, distance } from "../support/tensorflow.ts";

/** The classes differ in the first feature alone, whose values are far from those of the others. */
const MEAN = [5000, -0.001, 3];
const STD = [20, 0.0005, 1];

function vectors(split: Split, count: number): VectorDataset {
  const stream = randomStream(count, "init");
  const labels = Int32Array.from({ length: count }, (_, at) => at % 2);
  return {
    name: "vectors",
    split,
    count,
    labels,
    classes: ["low", "high"],
    vectors: Float32Array.from({ length: count * 3 }, (_, at) => {
      const feature = at % 3;
      const side = feature === 0 ? (labels[Math.floor(at / 3)] ?? 0) * 2 - 1 : 0;
      return (MEAN[feature] ?? 0) + (STD[feature] ?? 0) * (side + stream.int(-50, 50) / 100);
    }),
  };
}

function networkOf(list: Parameters<typeof layers>[0]): Network {
  return {
    name: "Network",
    inputShape: [3],
    normalization: { mean: MEAN.map((value) => value / 255), std: STD.map((value) => value / 255) },
    layers: layers(list, 2),
  };
}

function planOf(network: Network): TrainingPlan {
  const { optimizer, loss } = OWN_NETWORK;
  return {
    network,
    loss,
    optimizer,
    learningRate: 0.5,
    batchSize: 20,
    seed: 3,
    train: vectors("train", 110),
    test: vectors("test", 30),
    validation: Int32Array.of(0, 1, 2, 3),
  };
}

const ENGINES: readonly (readonly [string, () => Promise<Engine>])[] = [
  ["the native engine", () => Promise.resolve(openNative({ threads: 2 }))],
  ["TensorFlow", cpuEngine],
];

for (const [name, open] of ENGINES) {
  describe(`vectors in ${name}`, () => {
    it("are normalised by the mean and the deviation of each feature", async () => {
      const session = await (await open()).prepare(planOf(networkOf([{ linear: { name: "fc" } }])));
      try {
        const weight = [0.5, -1, 0.25, 0, 2, -0.5];
        const bias = [0.1, -0.2];
        await session.writeState((await session.readState()).map((array) => ({
          ...array,
          values: Float32Array.from(array.name === "fc.weight" ? weight : bias),
        })));
        const sample = [5010, -0.0005, 2];
        const [a = NaN, b = NaN] = bias.map((offset, output) =>
          sample.reduce(
            (sum, value, at) =>
              sum + (weight[output * 3 + at] ?? 0) * (value - (MEAN[at] ?? 0)) / (STD[at] ?? 1),
            offset,
          )
        );
        const [low = NaN] = await session.predict(Float32Array.from(sample));
        assert(Math.abs(low - 1 / (1 + Math.exp(b - a))) < 1e-4, String(low));
      } finally {
        session.dispose();
      }
    });

    it("are learned by a multilayer perceptron, and predicted alike from its state", async () => {
      const network = networkOf([
        { flatten: {} },
        { linear: { outFeatures: 8 } },
        { batchNorm1d: {} },
        { relu: {} },
        { linear: {} },
      ]);
      const plan = planOf(network);
      const session = await (await open()).prepare(plan);
      const order = Int32Array.from({ length: 106 }, (_, at) => at + 4);
      try {
        for (let epoch = 0; epoch < 5; epoch++) await session.trainSteps(order, 1 + 6 * epoch);
        assertEquals((await session.evaluate()).acc, 1);
        assertEquals((await session.evaluate(undefined, "validation")).acc, 1);
        const { vectors: test } = vectors("test", 30);
        const loaded = await loadNetwork(network, await session.readState());
        const { probabilities } = await loaded.classify(test);
        assert(distance(probabilities, await session.predict(test)) < 1e-5);
        loaded.dispose();
        await assertFails(
          session.predict(test.subarray(1)),
          /vectors must have 3 features each, got 89 features/,
        );
      } finally {
        session.dispose();
      }
    });
  });
}
