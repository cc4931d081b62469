/** Training on augmented samples: what a sample becomes, and that nothing but training sees it. */
import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Checkpoint } from "../../../ml/checkpoint/checkpoint.ts";
import type { CheckpointPolicy } from "../../../ml/training/checkpointing.ts";
import { drawAugmentations } from "../../../ml/augmentation/draws.ts";
import { resolveSpec } from "../../../ml/spec/resolve.ts";
import type { TrainingRequest, TrainingSpec } from "../../../ml/spec/spec.ts";
import { train } from "../../../ml/training/train.ts";
import type { TrainingEvent } from "../../../ml/training/events.ts";
import { noise } from "../support/datasets.ts";
import { cpuEngine, distance } from "../support/tensorflow.ts";

const SETS = { train: noise("train", 48), test: noise("test", 20) };
const SIZES = { trainSize: 48, testSize: 20 };
/** A learning rate at which the weights stay what they are. */
const STILL = 1e-12;
const AUGMENTATION = [
  { randomCrop: { padding: 4 } },
  { horizontalFlip: {} },
  { colorJitter: { brightness: 0.5, contrast: 0.5 } },
  { rotation: { degrees: 30, interpolation: "BILINEAR" } },
  { erasing: { p: 0.8 } },
];

function specOf(change: TrainingRequest): TrainingSpec {
  return resolveSpec({ recipe: "BASIC_CNN", epochs: 1, seed: 1, ...change }, SIZES);
}

async function trained(change: TrainingRequest): Promise<readonly TrainingEvent[]> {
  const engine = await cpuEngine();
  return await Array.fromAsync(train(specOf(change), { engine, ...SETS }));
}

function epochsOf(events: readonly TrainingEvent[]) {
  return events.filter((event) => event.type === "epoch");
}

function trainLosses(events: readonly TrainingEvent[]): readonly number[] {
  return epochsOf(events).map(({ trainLoss }) => trainLoss);
}

function stepLosses(events: readonly TrainingEvent[]): readonly number[] {
  return events.flatMap((event) => event.type === "batches" ? event.losses : []);
}

describe("a training with augmentation", () => {
  it("sees the same samples whatever the batch size", async () => {
    const request = { learningRate: STILL, augmentation: AUGMENTATION };
    const one = trainLosses(await trained({ ...request, batchSize: 48 }));
    const plain = trainLosses(await trained({ learningRate: STILL, batchSize: 48 }));
    assert(distance(plain, one) > 1e-3, "the samples are other ones than without augmentation");
    for (const batchSize of [1, 7, 20]) {
      const losses = trainLosses(await trained({ ...request, batchSize }));
      assert(distance(losses, one) < 1e-5, `${losses} and ${one} with batches of ${batchSize}`);
    }
  });

  it("sees other ones in every epoch", async () => {
    const request = { learningRate: STILL, epochs: 2, batchSize: 16 };
    const [first = 0, second = 0] = trainLosses(
      await trained({ ...request, augmentation: [{ erasing: { p: 1, scale: [0.3, 0.6] } }] }),
    );
    assert(Math.abs(first - second) > 1e-4);
    const [one = 0, other = 0] = trainLosses(await trained(request));
    assert(Math.abs(one - other) < 1e-5);
  });

  it("evaluates on the samples as they are", async () => {
    const request = { learningRate: STILL, batchSize: 16, validationShare: 0.25 };
    const [plain] = epochsOf(await trained(request));
    const [augmented] = epochsOf(await trained({ ...request, augmentation: AUGMENTATION }));
    assertEquals(augmented?.testLoss, plain?.testLoss);
    assertEquals(augmented?.confusion, plain?.confusion);
    assert(Math.abs((augmented?.validationLoss ?? NaN) - (plain?.validationLoss ?? 0)) < 1e-5);
  });

  it("trains on what augmentations without effect leave as on the samples themselves", async () => {
    // 28 x 28 pixels, of which the network reads 26 x 26.
    const request = { batchSize: 20, epochs: 2 };
    const plain = await trained(request);
    const augmentation = [{ randomCrop: { padding: 0 } }, { horizontalFlip: { p: 0 } }];
    const augmented = await trained({ ...request, augmentation });
    assertEquals(trainLosses(augmented), trainLosses(plain));
    const mirrored = [{ horizontalFlip: { p: 1 } }];
    assertNotEquals(
      trainLosses(await trained({ ...request, augmentation: mirrored })),
      trainLosses(plain),
    );
    assertEquals(
      trainLosses(await trained({ ...request, augmentation: [...mirrored, ...mirrored] })),
      trainLosses(plain),
    );
  });

  it("goes on from a checkpoint in mid-epoch with the same bits, whatever was lost since", async () => {
    const engine = await cpuEngine();
    const spec = specOf({ augmentation: AUGMENTATION, batchSize: 8, epochs: 3 });
    const expected = trained({ augmentation: AUGMENTATION, batchSize: 8, epochs: 3 });
    let saved: Checkpoint | undefined;
    const saving: CheckpointPolicy = {
      save: (checkpoint) => Promise.resolve(void (saved = checkpoint)),
      every: { steps: 2 },
      largestShare: Infinity,
    };
    for await (const event of train(spec, { engine, ...SETS, saving })) {
      // The process dies a step after the last checkpoint, in the second epoch of six steps.
      if (event.type === "batches" && event.firstStep + event.losses.length > 11) break;
    }
    assertEquals([saved?.epoch, saved?.step], [2, 10]);
    const rest = await Array.fromAsync(train(spec, { engine, ...SETS, from: saved }));
    assertEquals(stepLosses(rest), stepLosses(await expected).slice(10));
    assertEquals(trainLosses(rest), trainLosses(await expected).slice(1));
  });

  it("refuses draws that are not those of its samples", async () => {
    const engine = await cpuEngine();
    const spec = specOf({ augmentation: AUGMENTATION, batchSize: 16 });
    const session = await engine.prepare({ ...spec, ...SETS });
    const samples = Int32Array.from({ length: 16 }, (_, at) => at);
    const draws = drawAugmentations(spec, 1, samples);
    for (const wrong of [undefined, draws.subarray(1)]) {
      await assertRejects(() => session.trainSteps(samples, 1, undefined, wrong), RangeError);
    }
    await session.trainSteps(samples, 1, undefined, draws);
    session.dispose();
  });
});
