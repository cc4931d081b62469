/** Networks in WebAssembly: what a checkpoint says is what the engine that trained it says. */
import { assert, assertEquals } from "@std/assert";
import { assertFails } from "../../support/errors.ts";
import { after, before, describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { epochOrder } from "../../../data/random.ts";
import { writeCheckpoint } from "../../../ml/checkpoint/checkpoint.ts";
import type { Engine } from "../../../ml/engines/engine.ts";
import type { Classifier } from "../../../ml/engines/classifier.ts";
import { createClassifier } from "../../../ml/engines/wasm/thread.ts";
import { layers } from "../../../ml/network/parse.ts";
import { RECIPE_NAMES, RECIPES } from "../../../ml/spec/recipes.ts";
import { aCheckpoint, assertKind, aState } from "../checkpoint/support.ts";
import { mnist } from "../support/datasets.ts";
import { cpuEngine } from "../support/tensorflow.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";

const folder = folderPerTest();

const STEPS = 10;
const IMAGES = 200;
const SIZE = 784;

/** A network whose checkpoints have statistics beside the weights. */
const NORMALIZED = {
  ...RECIPES.BASIC_CNN,
  network: {
    ...RECIPES.BASIC_CNN.network,
    name: "Network",
    layers: layers([
      { conv2d: { outChannels: 8, kernelSize: 3, stride: 2, padding: 1, bias: false } },
      { batchNorm2d: {} },
      {
        residual: { body: [{ conv2d: { outChannels: 8, kernelSize: 3, padding: 1, groups: 8 } }] },
      },
      { hardswish: {} },
      { globalAvgPool: {} },
      { flatten: {} },
      { batchNorm1d: {} },
      { linear: {} },
    ]),
  },
};

/** A training: its name, the recipe if it is one, the settings. */
const TRAINED = [
  ...RECIPE_NAMES.map((recipe) => [recipe, recipe, RECIPES[recipe]] as const),
  ["a network with batch norm", null, NORMALIZED] as const,
];

describe("a classifier", () => {
  let engine: Engine;
  let classifier: Classifier;
  before(async () => {
    engine = await cpuEngine();
    classifier = createClassifier();
  });
  after(() => classifier.close());

  for (const [name, recipe, preset] of TRAINED) {
    it(`gives the probabilities of the engine for ${name}`, async () => {
      const path = folder.join("a.safetensors");
      const train = await mnist("train", STEPS * preset.batchSize);
      const test = await mnist("test", IMAGES);
      const session = await engine.prepare({ ...preset, seed: 1, train, test });
      try {
        await session.trainSteps(epochOrder(1, 1, train.count), 1);
        const expected = await session.predict(test.images);
        const { spec } = aCheckpoint();
        const { sha256 } = await writeCheckpoint(path, {
          ...aCheckpoint(),
          spec: { ...spec, recipe, network: preset.network, optimizer: preset.optimizer },
          state: await session.readState(),
        });
        const source = { sha256, lend: <T>(use: (path: string) => Promise<T>) => use(path) };

        const { predicted, probabilities } = await classifier.classify(source, test.images);
        assertEquals(probabilities.length, expected.length);
        for (const [place, probability] of probabilities.entries()) {
          assert(Math.abs(probability - (expected[place] ?? NaN)) < 1e-4, `at ${place}`);
        }
        const hits = predicted.filter((label, sample) => label === test.labels[sample]).length;
        assertEquals(hits, Math.round((await session.evaluate()).acc * IMAGES));

        const alone = await classifier.classify(source, test.images.subarray(0, SIZE));
        assertEquals(alone.predicted[0], predicted[0]);
      } finally {
        session.dispose();
      }
    });
  }

  /** A checkpoint in a folder, and how often it was lent. */
  async function lending(folder: string, seed: number) {
    const path = join(folder, `${seed}.safetensors`);
    const { state: _, ...rest } = aCheckpoint();
    const { sha256 } = await writeCheckpoint(path, { ...rest, state: aState("BASIC_CNN", seed) });
    const lent = { count: 0 };
    return {
      lent,
      path,
      source: {
        sha256,
        lend<T>(use: (path: string) => Promise<T>) {
          lent.count++;
          return use(path);
        },
      },
    };
  }

  it("asks for a checkpoint once, as long as it is one of the last it was asked of", async () => {
    const image = new Uint8Array(SIZE);
    const first = await lending(folder.path, 1);
    await classifier.classify(first.source, image);
    await classifier.classify(first.source, image);
    assertEquals(first.lent.count, 1);
    for (let seed = 2; seed < 12; seed++) {
      await classifier.classify((await lending(folder.path, seed)).source, image);
    }
    await classifier.classify(first.source, image);
    assertEquals(first.lent.count, 2);
  });

  it("starts again after its thread had nothing to do", async () => {
    const impatient = createClassifier(0);
    const { source, lent } = await lending(folder.path, 1);
    const image = new Uint8Array(SIZE);
    await impatient.classify(source, image);
    // Until the thread is gone, it still knows the checkpoint.
    while (lent.count < 2) {
      await setTimeout(1);
      await impatient.classify(source, image);
    }
    impatient.close();
  });

  it("says what is wrong with a checkpoint, and answers the next", async () => {
    const image = new Uint8Array(SIZE);
    const { source, path } = await lending(folder.path, 1);
    await Deno.truncate(path, 1000);
    const wrong = classifier.classify({ ...source, sha256: "0".repeat(64) }, image);
    await assertKind(wrong, "damaged");
    await assertFails(
      classifier.classify((await lending(folder.path, 2)).source, image.subarray(1)),
      /of 784 bytes each/,
    );
    const good = await classifier.classify((await lending(folder.path, 3)).source, image);
    assertEquals(good.probabilities.length, 10);
  });
});
