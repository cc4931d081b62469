/** Sessions of the TensorFlow engine: the contract, and what is its own. */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { assertFails } from "../../support/errors.ts";
import { after, describe, it } from "@std/testing/bdd";
import type { Session, TrainingPlan } from "../../../ml/engines/engine.ts";
import { TensorFlowError } from "../../../ml/engines/tensorflow/runtime.ts";
import { openSession } from "../../../ml/engines/tensorflow/session.ts";
import { type Recipe, RECIPES } from "../../../ml/spec/recipes.ts";
import { noise } from "../support/datasets.ts";
import { distance, tensorFlow } from "../support/tensorflow.ts";
import { describeSessions, rows } from "./session_contract.ts";

const opened: Session[] = [];

async function open(
  recipe: Recipe,
  plan: Partial<TrainingPlan> = {},
  sizes: { readonly parts?: number; readonly stepsPerCall?: number } = {},
): Promise<Session> {
  const session = openSession(await tensorFlow(), {
    ...RECIPES[recipe],
    seed: 4,
    train: noise("train", 300),
    test: noise("test", 40),
    ...plan,
  }, {
    device: "CPU",
    engine: "TensorFlow",
    placement: "/device:CPU:0",
    sizes: { parts: 2, stepsPerCall: 16, evaluationBatch: 250, predictionBatch: 100, ...sizes },
  });
  opened.push(session);
  return session;
}

describe("the engine of TensorFlow", () => {
  after(() => opened.forEach((session) => session.dispose()));

  describeSessions("TensorFlow", open, { stepsPerCall: 16 });

  describe("a session of TensorFlow", () => {
    it("learns the same whether a batch is worked on in one part or in three", async () => {
      for (const recipe of ["BASIC_CNN", "DROPOUT_CNN"] as const) {
        const [one, three] = [
          await open(recipe, {}, { parts: 1 }),
          await open(recipe, {}, { parts: 3 }),
        ];
        const order = rows(3 * RECIPES[recipe].batchSize);
        const [a, b] = [await one.trainSteps(order, 1), await three.trainSteps(order, 1)];
        assert(distance(b.losses, a.losses) < 1e-5);
        assertEquals(b.correct, a.correct);
        const expected = await one.readState();
        for (const [position, { name, values }] of (await three.readState()).entries()) {
          assert(distance(values, expected[position]?.values ?? []) < 1e-4, name);
        }
      }
    });

    it("says what TensorFlow could not do", async () => {
      const session = await open("BASIC_CNN");
      await assertFails(
        session.trainSteps(new Int32Array(32).fill(300), 1),
        /^TensorFlowError: Cannot run 'steps' in TensorFlow: indices\[\d+\] = 300 is not in \[0, 300\)/,
      );
      const lacking = new TensorFlowError(
        "steps",
        new Error(
          "Session fail to run with error: OOM when allocating tensor with shape[4096,26,26,32]\n\t [[x]]",
        ),
      );
      assertEquals(
        lacking.message,
        "Cannot run 'steps' in TensorFlow: there is too little memory for it; lower batchSize, " +
          "or free memory (OOM when allocating tensor with shape[4096,26,26,32]).",
      );
    });

    it("keeps nothing of a call", async () => {
      const [session, tf] = [await open("BASIC_CNN"), await tensorFlow()];
      const before = tf.memory().numTensors;
      await session.trainSteps(rows(64), 1);
      await session.evaluate();
      await session.readState();
      assertStrictEquals(tf.memory().numTensors, before);
    });
  });
});
