/**
 * Whole trainings with schedules, weighted losses and clipping, against PyTorch. The numbers come from
 * tools/golden_whole_trainings.py.
 */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Engine } from "../../../ml/engines/engine.ts";
import { resolveSpec } from "../../../ml/spec/resolve.ts";
import type { TrainingRequest } from "../../../ml/spec/spec.ts";
import { train } from "../../../ml/training/train.ts";
import golden from "../golden/trainings.json" with { type: "json" };
import { mnist } from "../support/datasets.ts";
import { CPU_ENGINES } from "../support/engines.ts";
import { withSessions } from "../support/trainings.ts";

const { batchSize, epochs, seed, testSamples, trainSamples } = golden;
const STEPS = Math.ceil(trainSamples / batchSize);
const LAYERS = [{ flatten: {} }, { linear: { outFeatures: 16 } }, { relu: {} }, { linear: {} }];

/** An engine that trains on the samples in the golden file's order. */
function inGoldenOrder(engine: Engine): Engine {
  return withSessions(engine, (session) => ({
    trainSteps(order, firstStep, ...rest) {
      const epoch = Math.floor((firstStep - 1) / STEPS);
      const begin = (firstStep - 1 - epoch * STEPS) * batchSize;
      const samples = order.map((_, at) => ((begin + at) * 37 + 11 * epoch) % trainSamples);
      return session.trainSteps(samples, firstStep, ...rest);
    },
  }));
}

async function replay(request: TrainingRequest, open: () => Promise<Engine>) {
  const spec = resolveSpec({
    ...request,
    network: { layers: LAYERS },
    normalization: { mean: [0], std: [1] },
    batchSize,
    epochs,
    seed,
  }, { trainSize: trainSamples, testSize: testSamples });
  const sets = {
    train: await mnist("train", trainSamples),
    test: await mnist("test", testSamples),
  };
  const engine = inGoldenOrder(await open());
  const events = await Array.fromAsync(train(spec, { engine, ...sets }));
  const ended = events.flatMap((event) => event.type === "epoch" ? [event] : []);
  return {
    losses: events.flatMap((event) => event.type === "batches" ? event.losses : []),
    testLosses: ended.map(({ testLoss }) => testLoss),
    learningRates: ended.map(({ learningRate }) => learningRate),
  };
}

for (const [name, open] of CPU_ENGINES) {
  describe(`the losses, test losses and learning rates of ${name} are PyTorch ${golden.torch}'s`, () => {
    for (const { request, ...expected } of golden.cases) {
      it(`with ${JSON.stringify(request).replaceAll('"', "")}`, async () => {
        const actual = await replay(request, open);
        for (const name of ["losses", "testLosses", "learningRates"] as const) {
          assertEquals(actual[name].length, expected[name].length);
          for (const [at, value] of expected[name].entries()) {
            assert(
              Math.abs((actual[name][at] ?? NaN) - value) <= 1e-4 * value,
              `${name} ${at}: ${actual[name][at]} must be near ${value}`,
            );
          }
        }
      });
    }
  });
}
