/** Checkpoints of real trainings: what goes on from one computes what would have been computed without it. */
import { assertEquals } from "@std/assert";
import { before, describe, it } from "@std/testing/bdd";
import { epochOrder } from "../../../data/random.ts";
import { readCheckpoint, writeCheckpoint } from "../../../ml/checkpoint/checkpoint.ts";
import type { Engine } from "../../../ml/engines/engine.ts";
import { RECIPE_NAMES, RECIPES } from "../../../ml/spec/recipes.ts";
import { resolveSpec } from "../../../ml/spec/resolve.ts";
import { noise } from "../support/datasets.ts";
import { cpuEngine } from "../support/tensorflow.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";

const folder = folderPerTest();

const SEED = 3;
const STEPS = 3;

describe("a checkpoint of a session", () => {
  let engine: Engine;
  before(async () => {
    engine = await cpuEngine();
  });

  for (const recipe of RECIPE_NAMES) {
    it(`lets another session go on with ${recipe}, to the last bit`, async () => {
      const path = folder.join("a.safetensors");
      const { network, loss, optimizer, learningRate, batchSize } = RECIPES[recipe];
      const [train, test] = [noise("train", 2 * STEPS * batchSize), noise("test", 50)];
      const spec = resolveSpec({ recipe, epochs: 1, seed: SEED, device: "CPU" }, {
        trainSize: train.count,
        testSize: test.count,
      });
      const prepare = () =>
        engine.prepare({
          network,
          loss,
          optimizer,
          learningRate,
          batchSize,
          seed: SEED,
          train,
          test,
        });
      const order = epochOrder(SEED, 1, train.count);
      const [done, rest] = [
        order.subarray(0, STEPS * batchSize),
        order.subarray(STEPS * batchSize),
      ];

      const first = await prepare();
      const { correct } = await first.trainSteps(done, 1);
      const { sha256 } = await writeCheckpoint(path, {
        spec,
        step: STEPS,
        epoch: 1,
        epochLoss: 1,
        epochCorrect: correct.reduce((sum, hits) => sum + hits, 0),
        epochSeconds: 1,
        scheduleState: null,
        earlyStopping: null,
        device: first.device,
        engine: first.engine,
        state: await first.readState(),
      });
      const uninterrupted = await first.trainSteps(rest, STEPS + 1);

      const second = await prepare();
      await second.writeState((await readCheckpoint(path, { sha256, spec })).state);
      assertEquals(await second.trainSteps(rest, STEPS + 1), uninterrupted);
      assertEquals(await second.readState(), await first.readState());
      assertEquals(await second.evaluate(), await first.evaluate());
      first.dispose();
      second.dispose();
    });
  }
});
