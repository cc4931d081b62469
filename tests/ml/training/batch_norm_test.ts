/** Trainings whose batches have statistics: batches stay whole, and the statistics are part of the state. */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { placeholder, variable } from "../../../ml/graph/ops/sources.ts";
import { topologicalOrder } from "../../../ml/graph/rewrite.ts";
import type { Network } from "../../../ml/network/network.ts";
import { layers } from "../../../ml/network/parse.ts";
import { buildTrainingStep } from "../../../ml/training/step.ts";
import { assertFails } from "../../support/errors.ts";
import { mnist } from "../support/datasets.ts";
import { cpuEngine } from "../support/tensorflow.ts";

const network: Network = {
  name: "made up",
  inputShape: [28, 28, 1],
  normalization: { mean: [0.13], std: [0.31] },
  layers: layers([
    { conv2d: { outChannels: 4, kernelSize: 3, stride: 2 } },
    { batchNorm2d: { name: "bn1" } },
    { relu: {} },
    { flatten: {} },
    { linear: { outFeatures: 8 } },
    { batchNorm1d: { name: "bn2" } },
    { linear: {} },
  ]),
};

const SGD = { kind: "sgd", momentum: 0.9, dampening: 0, weightDecay: 0, nesterov: false } as const;
const LOSS = { kind: "crossEntropy", labelSmoothing: 0, classWeights: null } as const;

async function open(batchSize = 16) {
  return await (await cpuEngine()).prepare({
    ...{ network, loss: LOSS, optimizer: SGD, learningRate: 0.01, batchSize, seed: 3 },
    train: await mnist("train", 100),
    test: await mnist("test", 50),
  });
}

const rows = (begin: number, end: number) =>
  Int32Array.from({ length: end - begin }, (_, row) => begin + row);

describe("a training with batch norm", () => {
  it("takes the statistics of whole batches, however many parts there may be", () => {
    const step = buildTrainingStep(
      { network, loss: LOSS, optimizer: SGD, seed: 1 },
      {
        images: variable("images", { shape: [64, 28, 28, 1], dtype: "uint8" }),
        labels: variable("labels", { shape: [64], dtype: "int32" }),
      },
      {
        order: placeholder("order", { shape: [32], dtype: "int32" }),
        step: placeholder("step", { shape: [], dtype: "int32" }),
        learningRate: placeholder("learningRate", { shape: [], dtype: "float32" }),
      },
      2,
    );
    const normalized = topologicalOrder([step.loss]).filter(({ kind }) => kind === "batchNorm");
    assertEquals(normalized.map(({ shape }) => shape[0]), [32, 32]);
  });

  it("goes on to the last bit from a state that was read", async () => {
    const [whole, first, second] = [await open(), await open(), await open()];
    try {
      await whole.trainSteps(rows(0, 96), 1);
      await first.trainSteps(rows(0, 48), 1);
      await second.writeState(await first.readState());
      await second.trainSteps(rows(48, 96), 4);
      const state = await whole.readState();
      assertEquals(await second.readState(), state);
      assertEquals(
        await second.predict(new Uint8Array(784)),
        await whole.predict(new Uint8Array(784)),
      );
      const tracked = state.find(({ name }) => name === "bn2.num_batches_tracked");
      assertEquals([tracked?.shape, [...tracked?.values ?? []]], [[], [6]]);
      const mean = state.find(({ name }) => name === "bn1.running_mean")?.values ?? [];
      assert(mean.length === 4 && mean.every((value) => value !== 0));
    } finally {
      for (const session of [whole, first, second]) session.dispose();
    }
  });

  it("is refused with batches of one sample, whose variance nobody can tell", async () => {
    await assertFails(open(1), /Cannot train on a batch of 1: batch norm must have/);
    await assertFails(open(99), /Cannot train on a batch of 1: batch norm must have/);
  });
});
