/**
 * The engines against PyTorch: same weights, same batches, same losses. The numbers come from tools/golden.py.
 */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Engine } from "../../../ml/engines/engine.ts";
import type { Network } from "../../../ml/network/network.ts";
import { type Recipe, RECIPES } from "../../../ml/spec/recipes.ts";
import golden from "../golden/torch.json" with { type: "json" };
import { mnist } from "../support/datasets.ts";
import { CPU_ENGINES } from "../support/engines.ts";
import type { Layer } from "../../../ml/network/layers.ts";

/** The same network with every dropout switched off: PyTorch's random numbers are its own. */
function withoutDropout(network: Network): Network {
  const layers = network.layers.map((layer): Layer =>
    layer.kind === "dropout" || layer.kind === "dropout2d" ? { ...layer, p: 0 } : layer
  );
  return { ...network, layers };
}

async function replay(run: typeof golden.cases[number], open: () => Promise<Engine>) {
  const preset = RECIPES[run.recipe as Recipe];
  const test = await mnist("test", run.testSamples);
  const session = await (await open()).prepare({
    ...preset,
    network: withoutDropout(preset.network),
    batchSize: run.batchSize,
    seed: run.seed,
    train: await mnist("train", run.trainSamples),
    test,
  });
  try {
    const order = Int32Array.from(
      { length: run.losses.length * run.batchSize },
      (_, row) => (row * 7919) % run.trainSamples,
    );
    const metrics = await session.trainSteps(order, 1);
    return {
      metrics,
      tested: await session.evaluate(),
      probabilities: await session.predict(test.images.subarray(0, 3 * 784)),
      state: await session.readState(),
    };
  } finally {
    session.dispose();
  }
}

function close(actual: number | undefined, expected: number, relative: number, what: string) {
  const limit = relative * Math.abs(expected) + 1e-7;
  assert(
    Math.abs((actual ?? NaN) - expected) <= limit,
    `${what}: ${actual} must be within ${limit} of ${expected}`,
  );
}

const RUNS = golden.cases.flatMap((run) =>
  CPU_ENGINES.map(([name, open]) => [name, run, open] as const)
);

for (const [name, run, open] of RUNS) {
  describe(`${run.recipe} by ${name} from the same weights as PyTorch ${golden.torch}`, () => {
    const replayed = replay(run, open);

    it("has PyTorch's losses and hits at every step", async () => {
      const { metrics } = await replayed;
      assertEquals(metrics.losses.length, run.losses.length);
      for (const [step, loss] of run.losses.entries()) {
        close(metrics.losses[step], loss, 1e-4, `loss of step ${step + 1}`);
      }
      assertEquals([...metrics.correct], run.correct);
    });

    it("has PyTorch's test loss, accuracy and probabilities afterwards", async () => {
      const { tested, probabilities } = await replayed;
      close(tested.loss, run.test.loss, 1e-4, "test loss");
      close(tested.acc, run.test.acc, 1e-6, "test accuracy");
      assertEquals(probabilities.length, run.probabilities.length);
      for (const [position, value] of run.probabilities.entries()) {
        close(probabilities[position], value, 1e-3, `probability ${position}`);
      }
    });

    it("reads out weights and optimizer state in PyTorch's names, shapes and order", async () => {
      const { state } = await replayed;
      const expected: [string, { shape: number[]; at: number[]; values: number[] }][] = Object
        .entries(run.state);
      assertEquals(
        state.map(({ name, shape }) => [name, shape]).toSorted(),
        expected.map(([name, { shape }]) => [name, shape]).toSorted(),
      );
      for (const [name, { at, values }] of expected) {
        const array = state.find((candidate) => candidate.name === name)?.values;
        const scale = Math.max(...values.map(Math.abs));
        for (const [position, value] of values.entries()) {
          const actual = array?.[at[position] ?? 0] ?? NaN;
          assert(
            Math.abs(actual - value) <= 1e-2 * scale,
            `${name}[${at[position]}]: ${actual} must be near ${value}`,
          );
        }
      }
    });
  });
}
