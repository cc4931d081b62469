/** Sessions of the native engine: the contract of all engines, and the same bits on any number of threads. */
import { assert, assertEquals } from "@std/assert";
import { after, describe, it } from "@std/testing/bdd";
import { assertFails } from "../../../support/errors.ts";
import type { Session, TrainingPlan } from "../../../../ml/engines/engine.ts";
import { type NativeOptions, openNative } from "../../../../ml/engines/native/engine.ts";
import { layers } from "../../../../ml/network/parse.ts";
import { PRESETS } from "../../../../ml/network/presets.ts";
import { type Recipe, RECIPES } from "../../../../ml/spec/recipes.ts";
import { noise } from "../../support/datasets.ts";
import { nativeLibrary } from "../../support/native.ts";
import { cpuEngine, distance } from "../../support/tensorflow.ts";
import { describeSessions, rows } from "../session_contract.ts";

const opened: Session[] = [];

function planOf(recipe: Recipe, plan: Partial<TrainingPlan>): TrainingPlan {
  const sets = { train: noise("train", 300), test: noise("test", 40) };
  return { ...RECIPES[recipe], seed: 4, ...sets, ...plan };
}

async function open(
  recipe: Recipe,
  plan: Partial<TrainingPlan> = {},
  options: NativeOptions = {},
): Promise<Session> {
  const engine = openNative({ threads: 2, ...options });
  const session = await engine.prepare(planOf(recipe, plan));
  opened.push(session);
  return session;
}

describe("sessions of the native engine", () => {
  after(() => opened.forEach((session) => session.dispose()));

  describeSessions("the native engine", open, { stepsPerCall: 256 });

  describe("a session of the native engine", () => {
    it("gives the same bits with 1, 2, 3 and 8 threads", async () => {
      const network = {
        ...RECIPES.BASIC_CNN.network,
        layers: layers(PRESETS.MOBILENET_SMALL.layers),
      };
      const small = { batchSize: 6, train: noise("train", 20) };
      for (const plan of [small, { ...small, network }]) {
        const results = [];
        for (const threads of [1, 2, 3, 8]) {
          const session = await open("DROPOUT_CNN", plan, { threads });
          const metrics = await session.trainSteps(rows(20), 1);
          results.push([metrics, await session.readState(), await session.evaluate()]);
        }
        for (const result of results) assertEquals(result, results[0]);
      }
    });

    it("trains large linear layers as TensorFlow does, also of an odd number of rows", async () => {
      // 729 rows, which two groups cannot share evenly.
      const network = {
        ...RECIPES.BASIC_CNN.network,
        layers: layers([
          ...[{ conv2d: { outChannels: 1, kernelSize: 2 } }, { flatten: {} }],
          ...[{ linear: { outFeatures: 192 } }, { relu: {} }],
          ...[{ linear: { outFeatures: 704 } }, { relu: {} }, { linear: { outFeatures: 10 } }],
        ]),
      };
      const other = await (await cpuEngine()).prepare(planOf("BASIC_CNN", { network }));
      const sessions = [other];
      for (const threads of [1, 2, 3, 8]) {
        sessions.push(await open("BASIC_CNN", { network }, { threads }));
      }
      opened.push(other);
      const results = [];
      for (const session of sessions) {
        const { losses } = await session.trainSteps(rows(96), 1);
        results.push([losses, ...(await session.readState()).map(({ values }) => values)]);
      }
      const [theirs = [], ours = [], ...onOtherThreads] = results;
      for (const [at, values] of ours.entries()) {
        assert(distance(values, theirs[at] ?? []) < 1e-5, `array ${at}`);
      }
      for (const result of onOtherThreads) assertEquals(result, ours);
    });

    it("drops what TensorFlow drops", async () => {
      const plan = { learningRate: 1e-30 };
      const session = await open("DROPOUT_CNN", plan);
      const other = await (await cpuEngine()).prepare(planOf("DROPOUT_CNN", plan));
      opened.push(other);
      const [ours, theirs] = [session, other].map((each) => each.trainSteps(rows(128), 7));
      assert(ours && theirs);
      assert(distance((await ours).losses, (await theirs).losses) < 1e-5);
    });

    it("trains on any instructions that the processor knows", async () => {
      const losses = [];
      for (const level of nativeLibrary().levels) {
        const session = await open("WIDE_KERNEL_CNN", {}, { level });
        losses.push((await session.trainSteps(rows(100), 1)).losses);
      }
      for (const each of losses) assert(distance(each, losses[0] ?? []) < 1e-5);
    });

    it("refuses a network that needs more memory than there is, with both sizes", async () => {
      const memoryBytes = 2e6;
      await assertFails(
        open("BASIC_CNN", { batchSize: 256 }, { memoryBytes }),
        /^NativeEngineError: Cannot train this network: its memory must be at most 0\.00200 GB, which the machine or its container has, got 0\.0\d+ GB\. Lower batchSize/,
      );
    });

    it("says which sample does not exist", async () => {
      const session = await open("BASIC_CNN");
      await assertFails(
        session.trainSteps(new Int32Array(32).fill(300), 1),
        /^NativeEngineError: Cannot run a step: a sample or class must exist, got index 300/,
      );
    });
  });
});
