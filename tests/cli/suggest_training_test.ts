/** The training that an import suggests. */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { suggestTraining } from "../../cli/datasets/suggest_training.ts";
import { ENOUGH_STEPS, enoughSteps } from "../../ml/spec/enough_steps.ts";
import { forAll } from "../support/for_all.ts";

describe("suggestTraining()", () => {
  it("trains a few photos in enough steps, with the preset of the README", () => {
    assertEquals(
      suggestTraining("photos", "images", 77),
      "deno task train --dataset photos --preset RESNET_SMALL --batch-size 16 --epochs 20",
    );
  });

  it("leaves batches and epochs of large datasets as they are", () => {
    assertEquals(
      suggestTraining("digits", "images", 60_000),
      "deno task train --dataset digits --preset LENET --learning-rate 0.1",
    );
    assertEquals(
      suggestTraining("flowers", "features", 238),
      "deno task train --dataset flowers --preset MLP --learning-rate 0.1 --batch-size 16 --epochs 10",
    );
  });
});

describe("enoughSteps()", () => {
  it("always leads to enough of them", () => {
    forAll([fc.integer({ min: 1, max: 100_000 })], (samples) => {
      const { batchSize, epochs } = enoughSteps(samples);
      assert(Math.ceil(samples / batchSize) * epochs >= ENOUGH_STEPS);
    });
  });
});
