/** The contract of sessions, which every engine passes: steps, tails, evaluation, prediction, state. */
import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { assertFails } from "../../support/errors.ts";
import { describe, it } from "@std/testing/bdd";
import type { ImageDataset } from "../../../data/dataset.ts";
import type { Session, TrainingPlan } from "../../../ml/engines/engine.ts";
import { type Recipe, RECIPES } from "../../../ml/spec/recipes.ts";
import { noise } from "../support/datasets.ts";
import { distance } from "../support/tensorflow.ts";

/** Consecutive samples. */
export const rows = (count: number, begin = 0) =>
  Int32Array.from({ length: count }, (_, row) => begin + row);

/** Mean loss, accuracy and classes, from the predictions of the session. */
async function score(session: Session, { images, labels }: ImageDataset) {
  const probabilities = await session.predict(images);
  const predicted: number[] = [];
  let loss = 0;
  let correct = 0;
  for (const [sample, label] of labels.entries()) {
    const row = probabilities.subarray(sample * 10, sample * 10 + 10);
    loss -= Math.log(row[label] ?? NaN);
    const taken = row.indexOf(Math.max(...row));
    predicted.push(taken);
    if (taken === label) correct++;
  }
  return { loss: loss / labels.length, acc: correct / labels.length, predicted };
}

/** Opens a session of a recipe, with some of the plan replaced. */
export type OpenSession = (recipe: Recipe, plan?: Partial<TrainingPlan>) => Promise<Session>;

/** Describes the sessions of an engine. */
export function describeSessions(
  name: string,
  open: OpenSession,
  { stepsPerCall }: { readonly stepsPerCall: number },
): void {
  describe(`${name}: trainSteps()`, () => {
    it("gives the same bits however the steps are cut into calls", async () => {
      for (const recipe of ["BASIC_CNN", "DROPOUT_CNN"] as const) {
        const [whole, cut] = [await open(recipe), await open(recipe)];
        const { batchSize } = RECIPES[recipe];
        const once = await whole.trainSteps(rows(4 * batchSize), 1);
        const parts = [
          await cut.trainSteps(rows(batchSize), 1),
          await cut.trainSteps(rows(3 * batchSize, batchSize), 2),
        ];
        assertEquals(parts.flatMap(({ losses }) => [...losses]), [...once.losses]);
        assertEquals(await cut.readState(), await whole.readState());
      }
    });

    it("trains on an epoch's smaller last batch as a step of its own size", async () => {
      const train = noise("train", 50);
      const [session, before] = [
        await open("BASIC_CNN", { train, batchSize: 16 }),
        await open("BASIC_CNN", { train, batchSize: 16 }),
      ];
      const metrics = await session.trainSteps(rows(50), 1);
      assertEquals(metrics.losses.length, 4);
      await before.trainSteps(rows(48), 1);
      const tail = {
        ...train,
        images: train.images.subarray(48 * 784),
        labels: train.labels.subarray(48),
      };
      const expected = await score(before, tail);
      assert(Math.abs((metrics.losses[3] ?? NaN) - expected.loss) < 1e-5);
      assertEquals(metrics.correct[3], expected.acc * 2);
      assertNotEquals(await session.readState(), await before.readState());
    });

    it("counts the smaller last batch as a step of its own", async () => {
      const train = noise("train", 80);
      const [whole, cut] = [
        await open("DROPOUT_CNN", { train }),
        await open("DROPOUT_CNN", { train }),
      ];
      const { losses } = await whole.trainSteps(rows(80), 5);
      await cut.trainSteps(rows(64), 5);
      assertEquals((await cut.trainSteps(rows(16, 64), 6)).losses[0], losses[1]);
    });

    it("trains on sets smaller than a batch", async () => {
      const train = noise("train", 5);
      const session = await open("WIDE_KERNEL_CNN", { train });
      const expected = await score(session, train);
      const { losses, correct } = await session.trainSteps(rows(5), 1);
      assertEquals(losses.length, 1);
      assert(Math.abs((losses[0] ?? NaN) - expected.loss) < 1e-5);
      assertEquals(correct[0], expected.acc * 5);
    });

    it("drops other values at every step, and draws them from the seed", async () => {
      const plan = { learningRate: 1e-30 };
      const [session, same, other] = [
        await open("DROPOUT_CNN", plan),
        await open("DROPOUT_CNN", plan),
        await open("DROPOUT_CNN", { ...plan, seed: 5 }),
      ];
      await other.writeState(await session.readState());
      // The same batch again and again, with weights that do not change.
      const order = Int32Array.from({ length: 3 * 64 }, (_, row) => row % 64);
      const { losses } = await session.trainSteps(order, 1);
      assertEquals(new Set(losses).size, 3);
      assertEquals((await same.trainSteps(order, 1)).losses, losses);
      assertNotEquals((await other.trainSteps(order, 1)).losses, losses);
      assertEquals((await session.trainSteps(order.subarray(64), 2)).losses[0], losses[1]);
    });

    it("refuses more steps than a call takes, and batches of a wrong size", async () => {
      const session = await open("BASIC_CNN");
      const limit = stepsPerCall;
      await assertFails(session.trainSteps(rows(0), 1), new RegExp(`between 1 and ${limit}`));
      const tooMany = session.trainSteps(new Int32Array((limit + 1) * 32), 1);
      await assertFails(tooMany, new RegExp(`Cannot train ${limit + 1} steps in a call`));
      await assertFails(session.trainSteps(rows(33), 1), /Cannot train on a batch of 1/);
    });
  });

  describe(`${name}: evaluate()`, () => {
    it("counts every sample once, whether its slices divide the set or not", async () => {
      for (const count of [1, 100, 250, 613]) {
        const test = noise("test", count);
        const session = await open("BASIC_CNN", { test });
        const [evaluated, expected] = [await session.evaluate(), await score(session, test)];
        assertEquals(evaluated.acc, expected.acc);
        assertEquals([...evaluated.predicted], expected.predicted, `${count} samples`);
        assert(Math.abs(evaluated.loss - expected.loss) < 1e-5, `${count} samples`);
      }
    });

    it("has no dropout: it says the same twice, and something else than training", async () => {
      const train = noise("train", 64);
      const session = await open("DROPOUT_CNN", { train, test: train, learningRate: 1e-30 });
      const first = await session.evaluate();
      const { losses: [trained = NaN] } = await session.trainSteps(rows(64), 1);
      assertEquals(await session.evaluate(), first);
      assert(Math.abs(trained - first.loss) > 1e-4);
    });

    it("evaluates the samples that are kept for validation, and trains on any others", async () => {
      const train = noise("train", 300);
      const validation = Int32Array.from({ length: 260 }, (_, at) => at + 1);
      const session = await open("BASIC_CNN", { train, validation });
      const kept = {
        ...train,
        images: train.images.subarray(28 * 28, 261 * 28 * 28),
        labels: train.labels.subarray(1, 261),
      };
      const [evaluated, expected] = [
        await session.evaluate(undefined, "validation"),
        await score(session, kept),
      ];
      assertEquals(evaluated.acc, expected.acc);
      assertEquals([...evaluated.predicted], expected.predicted);
      assert(Math.abs(evaluated.loss - expected.loss) < 1e-5);
      const { losses } = await session.trainSteps(Int32Array.from([0, ...rows(39, 261)]), 1);
      assertEquals(losses.length, 2);
    });

    it("stops between slices when the signal aborts", async () => {
      const session = await open("BASIC_CNN");
      const reason = new Error("enough");
      const error = await assertRejects(() => session.evaluate(AbortSignal.abort(reason)));
      assertStrictEquals(error, reason);
    });
  });

  describe(`${name}: predict()`, () => {
    it("gives each image's probabilities, alone or among others", async () => {
      const { images } = noise("test", 103);
      const session = await open("WIDE_KERNEL_CNN");
      const together = await session.predict(images);
      assertEquals(together.length, 1030);
      for (const sample of [0, 99, 100, 102]) {
        const row = together.subarray(sample * 10, sample * 10 + 10);
        assert(Math.abs(row.reduce((sum, value) => sum + value, 0) - 1) < 1e-5);
        const alone = await session.predict(images.subarray(sample * 784, (sample + 1) * 784));
        assert(distance(alone, row) < 1e-5);
      }
      await assertFails(session.predict(images.subarray(1)), /of 784 bytes each/);
    });
  });

  describe(`${name}: readState() and writeState()`, () => {
    it("carry a training over to another session, bit for bit", async () => {
      for (const recipe of ["DROPOUT_CNN", "WIDE_KERNEL_CNN"] as const) {
        const { batchSize } = RECIPES[recipe];
        const first = await open(recipe);
        await first.trainSteps(rows(2 * batchSize), 1);
        const state = await first.readState();
        const second = await open(recipe, { seed: 4 });
        await second.trainSteps(rows(batchSize), 1);
        await second.writeState(state);
        assertEquals(await second.readState(), state);
        const next = rows(batchSize, 100);
        const [a, b] = [await first.trainSteps(next, 3), await second.trainSteps(next, 3)];
        assertEquals(b, a);
        assertEquals(await second.readState(), await first.readState());
      }
    });

    it("refuse a state that lacks an array or has another shape", async () => {
      const session = await open("DROPOUT_CNN");
      const state = await session.readState();
      assert(state.some(({ name }) => name === "fc1.weight/momentum_buffer"));
      await assertFails(session.writeState(state.slice(1)), /'conv1.weight' is missing/);
      const wrong = state.map((array) => ({ ...array, shape: array.shape.toReversed() }));
      const shapes = /'conv1.weight' must be \[32, 1, 3, 3\], got 288 values of \[3, 3, 1, 32\]/;
      await assertFails(session.writeState(wrong), shapes);
      assertEquals(await session.readState(), state);
    });
  });
}
