/** Trainings that stop and resume: wherever that is, both parts report the bits of one that was never interrupted. */
import { assert, assertEquals, fail } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { TrainingEvent } from "../../../ml/training/events.ts";
import { type Recipe, RECIPE_NAMES } from "../../../ml/spec/recipes.ts";
import type { CheckpointPolicy } from "../../../ml/training/checkpointing.ts";
import { resolveSpec } from "../../../ml/spec/resolve.ts";
import type { TrainingRequest, TrainingSpec } from "../../../ml/spec/spec.ts";
import { weightsOf } from "../../../ml/checkpoint/kept_state.ts";
import { train } from "../../../ml/training/train.ts";
import type { StateArray } from "../../../ml/state.ts";
import { noise } from "../support/datasets.ts";
import { nativeEngine } from "../support/native.ts";
import { cpuEngine } from "../support/tensorflow.ts";
import {
  flatten,
  keepIn,
  lastState,
  type Saved,
  throughFile,
  watched,
} from "../support/trainings.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";

const folder = folderPerTest();
const path = () => folder.join("checkpoint.safetensors");

/** Five steps an epoch, the last of which has a smaller batch. */
const SETS = { train: noise("train", 70), test: noise("test", 30) };
const STEPS = 5;
const EPOCHS = 3;

function specOf(recipe: Recipe, change: TrainingRequest = {}): TrainingSpec {
  const request = { recipe, epochs: EPOCHS, batchSize: 16, seed: 1, ...change };
  return resolveSpec(request, { trainSize: 70, testSize: 30 });
}

/** The weights of a state, in the order of their names: files have one of their own. */
function weightsByName(state: readonly StateArray[] = []) {
  return weightsOf(state).toSorted((a, b) => a.name < b.name ? -1 : 1);
}

/** Places where a training is stopped: when it is about to do this. */
const CUTS: readonly (readonly [name: string, at: { step: number } | { evaluation: number }])[] = [
  ["after its first step", { step: 1 }],
  ["in the middle of an epoch", { step: STEPS + 2 }],
  ["before an epoch's smaller last batch", { step: 2 * STEPS - 1 }],
  ["while the test set is evaluated", { evaluation: 1 }],
  ["in the last evaluation", { evaluation: EPOCHS }],
];

/** Events and last state of a training that is never interrupted. */
const uninterrupted = remember(async (recipe: Recipe) => {
  // Sessions of TensorFlow go on with every recipe in tests/ml/checkpoint/.
  const engine = await (recipe === "BASIC_CNN" ? cpuEngine() : nativeEngine());
  const spec = specOf(recipe);
  const saved: Saved[] = [];
  const material = { engine, ...SETS, saving: keepIn(saved) };
  const expected = await Array.fromAsync(train(spec, material));
  return { engine, spec, expected, state: lastState(saved) };
});

function remember<Key, T>(work: (key: Key) => Promise<T>): (key: Key) => Promise<T> {
  const known = new Map<Key, Promise<T>>();
  return (key) => {
    const result = known.get(key) ?? work(key);
    known.set(key, result);
    return result;
  };
}

describe("a training that is stopped and goes on from its checkpoint's file", () => {
  for (const recipe of RECIPE_NAMES) {
    for (const [name, at] of CUTS) {
      it(`ends as if it had not stopped: ${recipe}, stopped ${name}`, async () => {
        const { engine, spec, expected, state } = await uninterrupted(recipe);
        const stop = new AbortController();
        const first: Saved[] = [];
        let evaluations = 0;
        const stopping = watched(engine, {
          onSteps: (step) => "step" in at && step === at.step && stop.abort(),
          onEvaluate: () => "evaluation" in at && ++evaluations === at.evaluation && stop.abort(),
        });
        const before = await Array.fromAsync(
          train(spec, { engine: stopping, ...SETS, saving: keepIn(first), stop: stop.signal }),
        );
        const { checkpoint, reason } = first.at(-1) ?? fail("nothing was saved");
        assertEquals(reason, "stop");
        assertEquals(checkpoint.step, "step" in at ? at.step : at.evaluation * STEPS);

        const from = await throughFile(first, spec, path());
        const second: Saved[] = [];
        const after = await Array.fromAsync(
          train(spec, { engine, ...SETS, from, saving: keepIn(second) }),
        );
        assertEquals(flatten([...before, ...after]), flatten(expected));
        assertEquals(lastState(second), state);
      });
    }
  }

  it("may be cut after every step and evaluation, with augmentation and samples for validation", async () => {
    const engine = await nativeEngine();
    const augmentation = [
      { randomCrop: { padding: 2 } },
      { rotation: { degrees: 10 } },
      { colorJitter: { contrast: 0.5 } },
      { erasing: {} },
    ];
    const spec = specOf("WIDE_KERNEL_CNN", { epochs: 2, validationShare: 0.2, augmentation });
    const expected = await Array.fromAsync(train(spec, { engine, ...SETS }));
    const events: TrainingEvent[] = [];
    const saved: Saved[] = [];
    for (let parts = 1; (saved.at(-1)?.checkpoint.epoch ?? 1) <= spec.epochs; parts++) {
      assert(parts <= 2 * STEPS + 2);
      const stop = new AbortController();
      const from = saved.at(-1)?.checkpoint;
      const stopping = watched(engine, { onSteps: () => stop.abort() });
      const saving = keepIn(saved);
      const material = { engine: stopping, ...SETS, from, saving, stop: stop.signal };
      events.push(...await Array.fromAsync(train(spec, material)));
    }
    assertEquals(flatten(events), flatten(expected));
  });

  describe("with early stopping", () => {
    // A rising learning rate spoils the weights after a while.
    const change: TrainingRequest = {
      ...{ epochs: 8, validationShare: 0.2, learningRate: 0.02 },
      earlyStopping: { metric: "TEST_LOSS", patience: 2 },
    };

    it("stops at the same epoch with the same weights, wherever it is cut, and brings the best back", async () => {
      const engine = await nativeEngine();
      const spec = specOf("WIDE_KERNEL_CNN", change);
      const whole: Saved[] = [];
      const expected = await Array.fromAsync(
        train(spec, { engine, ...SETS, saving: keepIn(whole) }),
      );
      const epochs = expected.filter((event) => event.type === "epoch");
      const losses = epochs.map(({ testLoss }) => testLoss);
      const best = losses.indexOf(Math.min(...losses));
      assertEquals(epochs.length, best + 1 + 2, "two epochs without an improvement");
      assert(epochs.length < spec.epochs);
      assertEquals(
        epochs.map(({ stopsEarly = false }) => stopsEarly).lastIndexOf(false),
        epochs.length - 2,
      );
      const last = whole.at(-1) ?? fail("nothing was saved");
      assertEquals([last.weightsEpoch, last.testAcc], [best + 1, epochs[best]?.testAcc]);

      const events: TrainingEvent[] = [];
      const saved: Saved[] = [];
      const isOver = () => events.some((event) => event.type === "epoch" && event.stopsEarly);
      for (let parts = 1; !isOver(); parts++) {
        assert(parts < 20);
        const stop = new AbortController();
        const from = await throughFile(saved, spec, path());
        let steps = 0;
        // Three of an epoch's four steps: the cuts move through the epoch.
        const stopping = watched(engine, { onSteps: () => ++steps === 3 && stop.abort() });
        const material = {
          ...{ engine: stopping, ...SETS, from },
          ...{ saving: keepIn(saved), stop: stop.signal },
        };
        events.push(...await Array.fromAsync(train(spec, material)));
      }
      assertEquals(flatten(events), flatten(expected));
      assertEquals(lastState(saved), lastState(whole));
      const weights = whole.find(({ checkpoint }) => checkpoint.epoch === best + 2)?.checkpoint
        .state;
      const restored = await throughFile(saved, spec, path());
      assertEquals(weightsByName(restored?.state), weightsByName(weights));
    });

    it("goes on after its end from the weights of the last epoch, with its patience anew", async () => {
      const engine = await nativeEngine();
      const spec = specOf("WIDE_KERNEL_CNN", change);
      const saved: Saved[] = [];
      const before = await Array.fromAsync(train(spec, { engine, ...SETS, saving: keepIn(saved) }));
      const from = await throughFile(saved, spec, path());
      const plain = await Array.fromAsync(
        train({ ...spec, earlyStopping: null }, { engine, ...SETS }),
      );
      const after = await Array.fromAsync(train(spec, { engine, ...SETS, from }));
      const steps = flatten([...before, ...after]).filter(Array.isArray);
      assertEquals(steps, flatten(plain).filter(Array.isArray).slice(0, steps.length));
      assert(after.some(({ type }) => type === "epoch"));
    });
  });

  it("continues with more epochs as if it had been given them from the start", async () => {
    const engine = await nativeEngine();
    const spec = specOf("WIDE_KERNEL_CNN", { epochs: 2 });
    const expected = await Array.fromAsync(train({ ...spec, epochs: 3 }, { engine, ...SETS }));
    const saved: Saved[] = [];
    const before = await Array.fromAsync(train(spec, { engine, ...SETS, saving: keepIn(saved) }));
    const from = saved.at(-1)?.checkpoint;
    const after = await Array.fromAsync(train({ ...spec, epochs: 3 }, { engine, ...SETS, from }));
    assertEquals(flatten([...before, ...after]), flatten(expected));
    const done = await Array.fromAsync(train(spec, { engine, ...SETS, from }));
    assertEquals(done.map(({ type }) => type), ["started"], "there is nothing left to train");
  });
});

describe("a training is saved", () => {
  it("after so many steps, at each epoch's end with its test accuracy, and never twice", async () => {
    const engine = await nativeEngine();
    const saved: Saved[] = [];
    const spec = specOf("BASIC_CNN", { epochs: 2 });
    const saving = keepIn(saved, { steps: 2 });
    const events = await Array.fromAsync(train(spec, { engine, ...SETS, saving }));
    const accs = events.flatMap((event) => event.type === "epoch" ? [event.testAcc] : []);
    assertEquals(
      saved.map((
        { checkpoint: { step, epoch }, reason, testAcc },
      ) => [step, epoch, reason, testAcc]),
      [
        [2, 1, "interval", null],
        [4, 1, "interval", null],
        [5, 2, "epoch", accs[0]],
        [7, 2, "interval", null],
        [9, 2, "interval", null],
        [10, 3, "epoch", accs[1]],
      ],
    );
  });

  it("after so many seconds", async () => {
    const engine = await nativeEngine();
    const saved: Saved[] = [];
    const spec = specOf("BASIC_CNN", { epochs: 1, batchSize: 1 });
    const saving = keepIn(saved, { seconds: 0 });
    await Array.fromAsync(
      train(spec, { engine: watched(engine, { onSteps() {} }), ...SETS, saving }),
    );
    assertEquals(saved.length, 70);
  });

  it("when it has told of what it saves, and before it goes on", async () => {
    const engine = await nativeEngine();
    const order: string[] = [];
    const saving: CheckpointPolicy = {
      save: async ({ step }) => {
        order.push(`saving ${step}`);
        await new Promise((resolve) => setTimeout(resolve));
        order.push(`saved ${step}`);
      },
      every: { steps: 3 },
    };
    for await (
      const event of train(specOf("BASIC_CNN", { epochs: 1 }), { engine, ...SETS, saving })
    ) {
      if (event.type === "batches") order.push(`told ${event.firstStep + event.losses.length - 1}`);
      else order.push(event.type);
    }
    const from = order.indexOf("saving 3");
    assertEquals(order[from - 1], "told 3");
    assertEquals(order.slice(from, from + 2), ["saving 3", "saved 3"]);
    assertEquals(order.slice(-3), ["epoch", "saving 5", "saved 5"]);
  });

  it("not at the end of each epoch where saving would take a large share of the time, but at the last", async () => {
    const engine = await nativeEngine();
    const saved: number[] = [];
    const saving: CheckpointPolicy = {
      save: async ({ epoch }) => {
        saved.push(epoch - 1);
        await new Promise((resolve) => setTimeout(resolve, 300));
      },
    };
    const spec = specOf("BASIC_CNN", { epochs: 4, trainSamples: 1, testSamples: 1 });
    await Array.fromAsync(train(spec, { engine, ...SETS, saving }));
    assertEquals(saved, [1, 4]);
  });

  it("not when it is stopped where it began", async () => {
    const engine = await nativeEngine();
    const saved: Saved[] = [];
    const material = { engine, ...SETS, saving: keepIn(saved), stop: AbortSignal.abort() };
    const events = await Array.fromAsync(train(specOf("BASIC_CNN"), material));
    assertEquals(events.map(({ type }) => type), ["started"]);
    assertEquals(saved, []);
  });
});
