/** train(): what it yields, how it stops, and that the same seed gives the same numbers. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { assertFails } from "../../support/errors.ts";
import { describe, it } from "@std/testing/bdd";
import { epochOrder } from "../../../data/random.ts";
import type { Engine, Session } from "../../../ml/engines/engine.ts";
import type { BatchesEvent, EpochEvent, TrainingEvent } from "../../../ml/training/events.ts";
import { resolveSpec } from "../../../ml/spec/resolve.ts";
import type { TrainingRequest } from "../../../ml/spec/spec.ts";
import { DivergedError } from "../../../ml/training/diverged.ts";
import { train } from "../../../ml/training/train.ts";
import { mnist, noise } from "../support/datasets.ts";
import { cpuEngine } from "../support/tensorflow.ts";
import { withSessions } from "../support/trainings.ts";

const SETS = { train: noise("train", 300), test: noise("test", 100) };

function specOf(request: TrainingRequest) {
  return resolveSpec(
    { seed: 1, ...request },
    { trainSize: SETS.train.count, testSize: SETS.test.count },
  );
}

const collect = (events: AsyncIterable<TrainingEvent>) => Array.fromAsync(events);

/** Collects the events of a training that fails. */
async function collectUntilError(training: AsyncIterable<TrainingEvent>) {
  const events: TrainingEvent[] = [];
  const error = await assertRejects(async () => {
    for await (const event of training) events.push(event);
  });
  return { events, error };
}

const batchesOf = (events: readonly TrainingEvent[]) =>
  events.filter((event): event is BatchesEvent => event.type === "batches");
const epochsOf = (events: readonly TrainingEvent[]) =>
  events.filter((event): event is EpochEvent => event.type === "epoch");
const lossesOf = (events: readonly TrainingEvent[]) =>
  batchesOf(events).flatMap(({ losses }) => losses);

/** An engine that only counts: step n has loss lossAt(n), and one hit. */
function fakeEngine(
  {
    lossAt = (step: number) => 1 / step,
    testLoss = 0.5,
    onSteps = () => {},
    onEvaluate = () => {},
  }: {
    readonly lossAt?: (step: number) => number;
    readonly testLoss?: number;
    readonly onSteps?: (order: Int32Array) => void;
    readonly onEvaluate?: () => void;
  } = {},
) {
  const log = { prepared: 0, disposed: 0, trained: [] as number[] };
  const engine: Engine = {
    device: { kind: "CPU", name: "made up", available: true },
    prepare: ({ batchSize, test }) => {
      log.prepared++;
      const session: Session = {
        device: "CPU (made up)",
        engine: "made up",
        stepsPerCall: 3,
        trainSteps: (order, firstStep) => {
          const count = Math.ceil(order.length / batchSize);
          const steps = Array.from({ length: count }, (_, step) => firstStep + step);
          log.trained.push(...order);
          onSteps(order);
          return Promise.resolve({
            losses: Float32Array.from(steps, lossAt),
            correct: Float32Array.from(steps, () => 1),
          });
        },
        evaluate: (signal, set) =>
          Promise.try(() => {
            onEvaluate();
            signal?.throwIfAborted();
            if (set === "validation") {
              return { loss: 0.4, acc: 0.5, predicted: new Int32Array() };
            }
            return { loss: testLoss, acc: 0.25, predicted: new Int32Array(test.count) };
          }),
        predict: () => Promise.reject(new Error("not part of training")),
        readState: () => Promise.resolve([]),
        writeState: () => Promise.resolve(),
        dispose: () => void log.disposed++,
      };
      return Promise.resolve(session);
    },
  };
  return { engine, log };
}

describe("train()", () => {
  it("says what it runs on, then every step once and in order, then each epoch", async () => {
    const spec = specOf({ epochs: 2, batchSize: 32 });
    const events = await collect(train(spec, { engine: await cpuEngine(), ...SETS }));
    const [started, ...rest] = events;
    if (started?.type !== "started") throw new Error("the first event must be 'started'");
    assertMatch(started.device, /^CPU \(.*2 threads\)$/);
    assertMatch(started.engine, /^TensorFlow \d+\.\d+/);
    assertEquals([started.stepsPerEpoch, started.steps, started.parameters], [10, 20, 121_930]);
    let step = 1;
    let epoch = 1;
    for (const event of rest) {
      if (event.type === "batches") {
        assertEquals([event.epoch, event.firstStep], [epoch, step]);
        assert(event.losses.length > 0 && event.accs.length === event.losses.length);
        assert(event.samplesPerSecond > 0 && Number.isFinite(event.samplesPerSecond));
        step += event.losses.length;
      } else {
        if (event.type !== "epoch") throw new Error(`unexpected event '${event.type}'`);
        assertEquals(event.number, epoch);
        assertEquals(step, epoch * 10 + 1);
        assert(event.seconds > 0);
        epoch++;
      }
    }
    assertEquals(epoch, 3);
    assertEquals(events.at(-1)?.type, "epoch");
  });

  it("keeps a share of the training samples for validation and never trains on them", async () => {
    const trained: number[] = [];
    const { engine } = fakeEngine({ onSteps: (order) => trained.push(...order) });
    const spec = specOf({ epochs: 2, batchSize: 32, validationShare: 0.25 });
    const events = await collect(train(spec, { engine, ...SETS }));
    const [started] = events;
    if (started?.type !== "started") throw new Error("the first event must be 'started'");
    assertEquals([started.stepsPerEpoch, started.steps], [8, 16], "225 of 300 samples");
    assertEquals(new Set(trained.slice(0, 225)).size, 225, "each once an epoch");
    assertEquals(new Set(trained).size, 225, "the same in both epochs");
    assertEquals(batchesOf(events).flatMap(({ losses }) => losses).length, 16);
    for (const epoch of epochsOf(events)) {
      assertEquals([epoch.validationAcc, epoch.validationLoss], [0.5, 0.4]);
      assertEquals([epoch.testAcc, epoch.testLoss], [0.25, 0.5]);
    }
  });

  it("has no validation metrics without samples for validation", async () => {
    const { engine } = fakeEngine();
    const events = await collect(train(specOf({ epochs: 1 }), { engine, ...SETS }));
    assertEquals(epochsOf(events).map((epoch) => "validationAcc" in epoch), [false]);
  });

  it("gives an epoch's train metrics as means over its samples, the smaller last batch included", async () => {
    const spec = specOf({ epochs: 1, batchSize: 32 });
    const events = await collect(train(spec, { engine: await cpuEngine(), ...SETS }));
    const [epoch] = epochsOf(events);
    const accs = batchesOf(events).flatMap((event) => event.accs);
    const mean = (values: readonly number[]) =>
      values.reduce((sum, value, step) => sum + value * (step < 9 ? 32 : 12), 0) / 300;
    assert(Math.abs(mean(lossesOf(events)) - (epoch?.trainLoss ?? NaN)) < 1e-6);
    assert(Math.abs(mean(accs) - (epoch?.trainAcc ?? NaN)) < 1e-9);
    assert(accs.every((acc) => acc >= 0 && acc <= 1));
  });

  it("takes the first trainSamples and testSamples, each sample once an epoch, in another order each time", async () => {
    const { engine, log } = fakeEngine();
    const spec = specOf({ epochs: 2, trainSamples: 70, batchSize: 32 });
    await collect(train(spec, { engine, ...SETS }));
    const [first, second] = [log.trained.slice(0, 70), log.trained.slice(70)];
    const all = Array.from({ length: 70 }, (_, row) => row);
    assertEquals(first.toSorted((a, b) => a - b), all);
    assertEquals(second.toSorted((a, b) => a - b), all);
    // The order that the DataLoader gives for the same seed.
    assertEquals(first, [...epochOrder(1, 1, 70)]);
    assertEquals(second, [...epochOrder(1, 2, 70)]);
  });

  it("trains on fewer samples than a batch has", async () => {
    const spec = specOf({ epochs: 2, trainSamples: 5, testSamples: 3, batchSize: 32 });
    const events = await collect(train(spec, { engine: await cpuEngine(), ...SETS }));
    assertEquals(batchesOf(events).map(({ firstStep }) => firstStep), [1, 2]);
    assertEquals(epochsOf(events)[1]?.trainLoss, lossesOf(events)[1]);
  });

  it("gives the same numbers whether it takes one step a call or many", async () => {
    const engine = await cpuEngine();
    const slow = withSessions(engine, () => ({ stepsPerCall: 1 }));
    const spec = specOf({ recipe: "DROPOUT_CNN", epochs: 1, batchSize: 16 });
    const [fast, single] = [
      await collect(train(spec, { engine, ...SETS })),
      await collect(train(spec, { engine: slow, ...SETS })),
    ];
    assertEquals(batchesOf(single).length, 19);
    assertEquals(lossesOf(single), lossesOf(fast));
    assertEquals(epochsOf(single)[0]?.testLoss, epochsOf(fast)[0]?.testLoss);
  });

  it("learns MNIST", async () => {
    const sets = { train: await mnist("train", 6000), test: await mnist("test", 1000) };
    const sizes = { trainSize: 6000, testSize: 1000 };
    const spec = resolveSpec({ recipe: "WIDE_KERNEL_CNN", epochs: 1, seed: 1 }, sizes);
    const [epoch] = epochsOf(await collect(train(spec, { engine: await cpuEngine(), ...sets })));
    assert((epoch?.testAcc ?? 0) > 0.9, `got ${epoch?.testAcc}`);
    assert((epoch?.trainAcc ?? 1) < (epoch?.testAcc ?? 0));
  });
});

describe("a stop", () => {
  it("comes within one call of the engine, as the signal's reason", async () => {
    const stop = new AbortController();
    const reason = new Error("cancelled");
    let calls = 0;
    const { engine, log } = fakeEngine({
      onSteps: () => {
        if (++calls === 2) stop.abort(reason);
      },
    });
    const spec = specOf({ epochs: 5, batchSize: 8 });
    const { events, error } = await collectUntilError(
      train(spec, { engine, ...SETS, signal: stop.signal }),
    );
    assertStrictEquals(error, reason);
    assertEquals(calls, 2);
    assertEquals(batchesOf(events).length, 2, "the steps that were trained are reported");
    assertEquals(log.disposed, 1);
  });

  it("comes while the test set is evaluated", async () => {
    const stop = new AbortController();
    const { engine, log } = fakeEngine({ onEvaluate: () => stop.abort(new Error("enough")) });
    const events = train(specOf({ epochs: 2 }), { engine, ...SETS, signal: stop.signal });
    await assertFails(collect(events), /enough/);
    assertEquals(log.disposed, 1);
  });

  it("comes from a timer or a message too: calls let the event loop turn", async () => {
    const stop = new AbortController();
    const { engine } = fakeEngine();
    const spec = specOf({ epochs: 10_000, batchSize: 1 });
    setTimeout(() => stop.abort(new Error("from a timer")), 1);
    const events = train(spec, { engine, ...SETS, signal: stop.signal });
    await assertFails(collect(events), /from a timer/);
  });

  it("before the start prepares nothing", async () => {
    const { engine, log } = fakeEngine();
    const signal = AbortSignal.abort(new Error("never mind"));
    await assertFails(collect(train(specOf({}), { engine, ...SETS, signal })), /never mind/);
    assertEquals(log.prepared, 0);
  });

  it("by leaving the loop frees the session", async () => {
    const { engine, log } = fakeEngine();
    for await (const event of train(specOf({}), { engine, ...SETS })) {
      if (event.type === "batches") break;
    }
    assertEquals(log.disposed, 1);
  });
});

describe("a loss that is no number", () => {
  it("stops the training after the last good step, and says which step and what to do", async () => {
    const { engine, log } = fakeEngine({ lossAt: (step) => step < 6 ? step : NaN });
    const spec = specOf({ learningRate: 0.5, batchSize: 10 });
    const { events, error } = await collectUntilError(train(spec, { engine, ...SETS }));
    assertEquals(
      error instanceof DivergedError && error.message,
      "Training diverged: the loss is not a finite number at step 6; lower learningRate (got 0.5) or add a warmup or set gradientClipNorm.",
    );
    assertEquals(lossesOf(events), [1, 2, 3, 4, 5]);
    assertEquals(log.disposed, 1);
  });

  it("stops it after the evaluation too", async () => {
    const { engine } = fakeEngine({ testLoss: Infinity });
    await assertFails(
      collect(train(specOf({}), { engine, ...SETS })),
      /the test loss is not a finite number after epoch 1; lower learningRate/,
    );
  });

  it("happens with a learning rate of 100, and every reported number is finite", async () => {
    const sets = { train: await mnist("train", 2000), test: await mnist("test", 100) };
    const spec = resolveSpec({ learningRate: 100, seed: 1 }, { trainSize: 2000, testSize: 100 });
    const training = train(spec, { engine: await cpuEngine(), ...sets });
    const { events, error } = await collectUntilError(training);
    assert(error instanceof DivergedError);
    assert(lossesOf(events).every(Number.isFinite));
    assertEquals(JSON.parse(JSON.stringify(events)), events);
  });
});

describe("the same seed", () => {
  it("gives the same losses and weights to the last bit in a new process, another seed others", async () => {
    const program = new URL("../support/fingerprint.ts", import.meta.url).pathname;
    const run = async (seed: number) => {
      const { success, stdout } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "--no-check", "-A", program, String(seed)],
        stderr: "null",
      }).output();
      assert(success);
      return JSON.parse(new TextDecoder().decode(stdout));
    };
    const [first, again, other] = [await run(1), await run(1), await run(2)];
    assertEquals(first.losses.length, 16);
    assertEquals(again, first);
    assertNotEquals(other.losses, first.losses);
  });
});
