/** Looking into checkpoints: evaluations that stop and that let single images go first, and their limits. */
import { assert, assertEquals, assertMatch, assertStrictEquals, fail } from "@std/assert";
import { assertFails } from "../../support/errors.ts";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { ImageDataset } from "../../../data/dataset.ts";
import { writeCheckpoint } from "../../../ml/checkpoint/checkpoint.ts";
import { openFolderStore } from "../../../runs/checkpoints/folder.ts";
import {
  type CheckpointEvaluator,
  createCheckpointEvaluator,
  type EvaluatedCheckpoint,
} from "../../../runs/reading/checkpoint_evaluator.ts";
import { aCheckpoint, aState } from "../../ml/checkpoint/support.ts";
import { noise } from "../../ml/support/datasets.ts";

const FILE = "step-000000001.safetensors";
const IMAGE = new Uint8Array(784);

describe("an evaluator", () => {
  let folder: string;
  let evaluator: CheckpointEvaluator;
  let checkpoint: EvaluatedCheckpoint;

  beforeEach(async () => {
    folder = await Deno.makeTempDir({ prefix: "epochql-evaluator-" });
    const checkpoints = openFolderStore(join(folder, "checkpoints"));
    const path = join(folder, "written");
    const { sha256 } = await writeCheckpoint(path, {
      ...aCheckpoint(),
      state: aState("BASIC_CNN"),
    });
    await checkpoints.put("run", FILE, path);
    checkpoint = { runId: "run", file: FILE, sha256 };
    evaluator = createCheckpointEvaluator({
      checkpoints: () => Promise.resolve(checkpoints),
      scratch: join(folder, "scratch"),
    });
  });
  afterEach(async () => {
    evaluator.close();
    await Deno.remove(folder, { recursive: true });
  });

  /** A test set that tells each time that a part of it is taken. */
  function watched(count: number, onPart: (part: number) => void): ImageDataset {
    const test = noise("test", count);
    let parts = 0;
    const slice = test.images.slice.bind(test.images);
    const images = Object.assign(test.images, {
      slice(begin?: number, end?: number) {
        onPart(++parts);
        return slice(begin, end);
      },
    });
    return { ...test, images };
  }

  it("stops an evaluation when who asked for it has gone, within a part", async () => {
    const gone = new AbortController();
    let parts = 0;
    const test = watched(1000, (part) => {
      parts = part;
      if (part === 3) gone.abort(new Error("The client has gone."));
    });
    await assertFails(evaluator.evaluate(checkpoint, test, gone.signal), /The client has gone\./);
    // What comes next waits for the end of what was before.
    await evaluator.evaluate(checkpoint, noise("test", 10));
    assertEquals(parts, 3);
  });

  it("classifies an image before the evaluation that is under way goes on", async () => {
    let parts = 0;
    let partsBefore = Infinity;
    let classified: Promise<void> | undefined;
    const test = watched(1000, (part) => {
      parts = part;
      if (part !== 2) return;
      classified = setImmediate().then(async () => {
        await evaluator.classify(checkpoint, IMAGE);
        partsBefore = parts;
      });
    });
    await evaluator.evaluate(checkpoint, test);
    await classified;
    assert(parts > 10 && partsBefore <= 4, `after part ${partsBefore} of ${parts}`);
  });

  it("gives the same for a test set, whole and in parts, and once for all who ask", async () => {
    const test = noise("test", 70);
    const [one, other] = await Promise.all([
      evaluator.evaluate(checkpoint, test),
      evaluator.evaluate(checkpoint, test),
    ]);
    assertStrictEquals(one, other);
    const { predicted } = await evaluator.classify(checkpoint, test.images);
    assertEquals(one.predicted, predicted);
    assertStrictEquals(await evaluator.evaluate(checkpoint, test), one);
  });

  it("takes so many evaluations and requests at a time, and names the limit", async () => {
    const evaluations = Array.from(
      { length: 9 },
      (_, at) => evaluator.evaluate(checkpoint, noise("test", 1 + at)),
    );
    const refused = await Promise.allSettled(evaluations);
    assertEquals(refused.map(({ status }) => status), [
      ...new Array<string>(8).fill("fulfilled"),
      "rejected",
    ]);
    await assertFails(evaluations[8] ?? fail(), {
      name: "BusyError",
      message:
        /^Cannot evaluate the checkpoint: at most 8 may be under way at a time, got one more/,
    });
    const requests = await Promise.allSettled(
      Array.from({ length: 101 }, () => evaluator.classify(checkpoint, IMAGE)),
    );
    const failed = requests.filter(({ status }) => status === "rejected");
    assertEquals(failed.length, 1);
    assertMatch(String((failed[0] as PromiseRejectedResult).reason), /at most 100 requests /);
    await evaluator.classify(checkpoint, IMAGE);
  });

  it("gives a checkpoint's arrays by name, and says which there are", async () => {
    const expected = aState("BASIC_CNN").find(({ name }) => name === "conv1.weight");
    assertEquals(await evaluator.weights(checkpoint, "conv1.weight"), expected);
    await assertFails(
      evaluator.weights(checkpoint, "conv9.weight"),
      /must be one of .*conv1\.weight.*, got 'conv9\.weight'\.$/,
    );
  });
});
