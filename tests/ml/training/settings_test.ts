/** Trainings with optimizers, schedules, losses and clipping of the client's choice. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { takeFirst } from "../../../data/dataset.ts";
import type { Checkpoint } from "../../../ml/checkpoint/checkpoint.ts";
import type { Session } from "../../../ml/engines/engine.ts";
import { openSession } from "../../../ml/engines/tensorflow/session.ts";
import { learningRateAt } from "../../../ml/schedules/rates.ts";
import { resolveSpec } from "../../../ml/spec/resolve.ts";
import { ratePlan, type TrainingRequest, type TrainingSpec } from "../../../ml/spec/spec.ts";
import type { EpochEvent, TrainingEvent } from "../../../ml/training/events.ts";
import { train } from "../../../ml/training/train.ts";
import { assertFails } from "../../support/errors.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";
import { noise } from "../support/datasets.ts";
import { nativeEngine } from "../support/native.ts";
import { cpuEngine, distance, tensorFlow } from "../support/tensorflow.ts";
import {
  flatten,
  keepIn,
  lastState,
  type Saved,
  throughFile,
  watched,
} from "../support/trainings.ts";

const folder = folderPerTest();

/** Five steps an epoch, the last of which has a smaller batch. */
const SETS = { train: noise("train", 70), test: noise("test", 30) };
const [STEPS, EPOCHS] = [5, 4];
const NETWORK = {
  layers: [{ flatten: {} }, { linear: { outFeatures: 16 } }, { relu: {} }, { linear: {} }],
};

function specOf(request: TrainingRequest): TrainingSpec {
  const usual = { network: NETWORK, epochs: EPOCHS, batchSize: 16, learningRate: 0.05, seed: 1 };
  return resolveSpec({ ...usual, ...request }, { trainSize: 70, testSize: 30 });
}

/** Opens a session of a spec, with a number of parts that a batch is divided into. */
async function open(request: TrainingRequest, parts = 1): Promise<Session> {
  const spec = specOf(request);
  return openSession(await tensorFlow(), { ...spec, ...SETS }, {
    device: "CPU",
    engine: "TensorFlow",
    placement: "/device:CPU:0",
    sizes: { parts, stepsPerCall: 16, evaluationBatch: 13, predictionBatch: 30 },
  });
}

const ORDER = Int32Array.from({ length: 70 }, (_, row) => row);

/** The engine of a setting: Adam's state is the largest, and TensorFlow's sessions keep it, too. */
const engineOf = ({ optimizer }: TrainingSpec) =>
  "adam" in optimizer ? cpuEngine() : nativeEngine();

async function trainAll(spec: TrainingSpec, from?: Checkpoint) {
  const saved: Saved[] = [];
  const saving = keepIn(saved);
  const events = await Array.fromAsync(
    train(spec, { engine: await engineOf(spec), ...SETS, saving, from }),
  );
  return { events, state: lastState(saved) };
}

const epochsOf = (events: readonly TrainingEvent[]): readonly EpochEvent[] =>
  events.flatMap((event) => event.type === "epoch" ? [event] : []);

const WARMUP = { epochs: 1.5 };
const RESUMED: readonly TrainingRequest[] = [
  { optimizer: { sgd: { momentum: 0.9, dampening: 0.2 } }, schedule: { step: { stepSize: 2 } } },
  {
    optimizer: { sgd: { momentum: 0.9, nesterov: true, weightDecay: 0.01 } },
    schedule: { cosine: {} },
    warmup: WARMUP,
    gradientClipNorm: 0.5,
  },
  {
    optimizer: { adam: { amsgrad: true } },
    schedule: { multiStep: { milestones: [1, 3] } },
    loss: { crossEntropy: { labelSmoothing: 0.1, classWeights: { balanced: true } } },
  },
  { optimizer: { adam: {} }, schedule: { oneCycle: { maxLearningRate: 0.02 } } },
  { optimizer: { adamW: {} }, schedule: { exponential: { gamma: 0.5 } }, warmup: WARMUP },
  {
    optimizer: { rmsProp: { momentum: 0.5, centered: true } },
    learningRate: 0.001,
    schedule: { plateau: { patience: 0, threshold: 0.9, factor: 0.5 } },
  },
  {
    optimizer: { adagrad: { lrDecay: 0.1 } },
    schedule: { oneCycle: { maxLearningRate: 0.1, cycleMomentum: false } },
  },
];

describe("a training that is stopped and goes on from its checkpoint's file ends as if it had not", () => {
  for (const request of RESUMED) {
    const { network: _none, ...shown } = request;
    it(`with ${JSON.stringify(shown).replaceAll('"', "")}`, async () => {
      const spec = specOf(request);
      const expected = await trainAll(spec);
      for (const cut of [1, STEPS, 2 * STEPS + 2]) {
        const stop = new AbortController();
        const onSteps = (step: number) => step === cut && stop.abort();
        const engine = watched(await engineOf(spec), { onSteps });
        const saved: Saved[] = [];
        const material = { engine, ...SETS, saving: keepIn(saved), stop: stop.signal };
        const before = await Array.fromAsync(train(spec, material));
        const path = folder.join("checkpoint.safetensors");
        const after = await trainAll(spec, await throughFile(saved, spec, path));
        assertEquals(
          flatten([...before, ...after.events]),
          flatten(expected.events),
          `stopped after step ${cut}`,
        );
        assertEquals(after.state, expected.state);
      }
    });
  }
});

describe("the learning rate", () => {
  it("of an epoch's last step is the one that its event reports", async () => {
    const spec = specOf({ schedule: { cosine: {} }, warmup: { epochs: 2 } });
    const { events } = await trainAll(spec);
    assertEquals(
      epochsOf(events).map(({ learningRate }) => learningRate),
      [1, 2, 3, 4].map((epoch) => learningRateAt(ratePlan(spec), epoch * STEPS - 1)),
    );
  });

  it("falls after each epoch without the improvement that a plateau asks for", async () => {
    const schedule = {
      plateau: { patience: 0, threshold: 0.9, factor: 0.5, metric: "TRAIN_LOSS" },
    };
    const { events } = await trainAll(specOf({ schedule }));
    const rates = epochsOf(events).map(({ learningRate }) => learningRate);
    assertEquals(rates, [0.05, 0.05, 0.025, 0.0125]);
  });

  it("is given for each step, the smaller last one included", async () => {
    const learningRates = Float32Array.of(0.3, 0, 0.1, 0, 0.2);
    const [whole, cut] = [await open({}), await open({})];
    const { losses } = await whole.trainSteps(ORDER, 1, { learningRates });
    for (const [step, rate] of learningRates.entries()) {
      const before = await cut.readState();
      const batch = ORDER.subarray(step * 16, (step + 1) * 16);
      const rates = { learningRates: Float32Array.of(rate) };
      assertEquals((await cut.trainSteps(batch, step + 1, rates)).losses[0], losses[step]);
      if (rate === 0) assertEquals(await cut.readState(), before);
      else assertNotEquals(await cut.readState(), before);
    }
    assertEquals(await cut.readState(), await whole.readState());
    [whole, cut].forEach((session) => session.dispose());
  });

  it("is refused where there is not one for each step", async () => {
    const session = await open({});
    const trained = session.trainSteps(ORDER, 1, { learningRates: Float32Array.of(1, 2) });
    await assertFails(trained, /Cannot train 5 steps: .* be as many learning rates, got 2/);
    session.dispose();
  });
});

describe("class weights", () => {
  const loss = {
    crossEntropy: { labelSmoothing: 0.2, classWeights: { values: [...Array(10).keys()] } },
  };

  it("weigh the whole batch, whether it is worked on in one part or in several", async () => {
    const [one, two] = [await open({ loss }, 1), await open({ loss }, 2)];
    const [a, b] = [await one.trainSteps(ORDER, 1), await two.trainSteps(ORDER, 1)];
    assert(distance(b.losses, a.losses) < 1e-5);
    const expected = await one.readState();
    for (const [position, { name, values }] of (await two.readState()).entries()) {
      assert(distance(values, expected[position]?.values ?? []) < 1e-4, name);
    }
    const [tested, twice] = [await one.evaluate(), await two.evaluate()];
    assert(Math.abs(tested.loss - twice.loss) < 1e-4);
    [one, two].forEach((session) => session.dispose());
  });

  it("and label smoothing are part of the test loss", async () => {
    const session = await open({ loss });
    const probabilities = await session.predict(SETS.test.images);
    let [sum, weight] = [0, 0];
    for (const [sample, label] of SETS.test.labels.entries()) {
      const logs = [...probabilities.subarray(sample * 10, sample * 10 + 10)].map(Math.log);
      const all = logs.reduce((total, log, other) => total - other * log, 0);
      sum += 0.8 * label * -(logs[label] ?? NaN) + 0.2 / 10 * all;
      weight += label;
    }
    assert(Math.abs((await session.evaluate()).loss - sum / weight) < 1e-5);
    session.dispose();
  });

  it("of 0 for all of a batch train nothing", async () => {
    const values = [1, ...Array(9).fill(0)];
    const session = await open({ loss: { crossEntropy: { classWeights: { values } } } });
    const before = await session.readState();
    const others = ORDER.filter((row) => SETS.train.labels[row] !== 0).subarray(0, 16);
    assertEquals([...(await session.trainSteps(others, 1)).losses], [0]);
    assertEquals(await session.readState(), before);
    session.dispose();
  });

  it("that are balanced follow from the samples that are trained", async () => {
    const samples = { ...SETS, train: takeFirst(SETS.train, 40) };
    const counts = Array.from(
      { length: 10 },
      (_, label) => samples.train.labels.filter((other) => other === label).length,
    );
    const values = counts.map((count) => 40 / (10 * Math.max(1, count)));
    const lossesOf = async (classWeights: object) => {
      const loss = { crossEntropy: { classWeights } };
      const spec = specOf({ trainSamples: 40, loss, epochs: 1 });
      const engine = await cpuEngine();
      return flatten(await Array.fromAsync(train(spec, { engine, ...SETS })));
    };
    assertEquals(await lossesOf({ balanced: true }), await lossesOf({ values }));
  });
});

describe("clipping", () => {
  it("limits the norm of the change of all weights together", async () => {
    const changeOf = async (gradientClipNorm: number | null) => {
      const session = await open({ gradientClipNorm });
      const before = await session.readState();
      await session.trainSteps(ORDER.subarray(0, 16), 1, { learningRates: Float32Array.of(1) });
      const after = await session.readState();
      session.dispose();
      const squares = after.flatMap(({ values }, array) =>
        [...values].map((value, at) => (value - (before[array]?.values[at] ?? NaN)) ** 2)
      );
      return Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
    };
    const free = await changeOf(null);
    assert(Math.abs(await changeOf(free / 4) - free / 4) < 1e-4 * free);
    assert(Math.abs(await changeOf(free * 4) - free) < 1e-4 * free);
  });
});
