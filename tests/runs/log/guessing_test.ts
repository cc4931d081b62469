/** Completed runs that have learned nothing. */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { countTestClasses, guessingLimit, guessingWarning } from "../../../runs/log/guessing.ts";
import { EMPTY_SNAPSHOT, type RunSnapshot } from "../../../runs/log/snapshot.ts";
import { forAll } from "../../support/for_all.ts";
import { anEpoch, aSpec } from "../../support/fake_run.ts";

const TEN = { classes: 10, samples: 10_000, largest: 1000 };

/** The warning of a completed run. */
function warningAt(testAcc: number, change: Partial<RunSnapshot> = {}, spec = aSpec()) {
  const { confusion: _, ...lastEpoch } = { ...anEpoch(3), testAcc };
  return guessingWarning({
    spec,
    snapshot: {
      ...{ ...EMPTY_SNAPSHOT, state: "COMPLETED", lastEpoch, bestTestAcc: testAcc },
      ...{ testClasses: TEN, ...change },
    },
  });
}

describe("countTestClasses()", () => {
  it("counts classes, samples and the largest class by the rows of the confusion matrix", () => {
    assertEquals(countTestClasses([[1, 2, 0], [0, 0, 1], [4, 0, 0]]), {
      ...{ classes: 3, samples: 8, largest: 4 },
    });
  });
});

describe("guessingLimit()", () => {
  it("is the share of the largest class and three deviations of chance, at least 0.02", () => {
    assertEquals(guessingLimit(TEN).toFixed(4), "0.1200");
    assertEquals(guessingLimit({ ...TEN, samples: 1000, largest: 100 }).toFixed(4), "0.1285");
  });

  it("leaves most of the way to 1 to good runs, however small or unbalanced the test set is", () => {
    assertEquals(guessingLimit({ classes: 2, samples: 10, largest: 5 }), 0.625);
    assertEquals(guessingLimit({ classes: 2, samples: 1000, largest: 960 }).toFixed(4), "0.9700");
    forAll([fc.nat(1000), fc.integer({ min: 1, max: 1000 })], (largest, more) => {
      const samples = largest + more;
      const limit = guessingLimit({ classes: 2, samples, largest });
      assert(limit >= largest / samples && limit < 1);
    });
  });
});

describe("guessingWarning()", () => {
  it("says what guessing has, and what to try", () => {
    const lastEpoch = { ...anEpoch(1), testAcc: 0.0981, trainAcc: 0.1, trainLoss: 2.4 };
    const change = { lastEpoch, step: 6, highestLoss: 8e15 };
    assertEquals(
      warningAt(0.0981, change, aSpec({ learningRate: 10 })),
      "No better than guessing (the largest of 10 classes: 10.00%). The loss rose to 8e15 " +
        "(guessing would give 2.3026): try a smaller learning rate (this run: 10).",
    );
  });

  /** The advice after training with these metrics in the last epoch. */
  function adviceAfter(
    metrics: { readonly trainAcc: number; readonly trainLoss: number },
    step: number,
    spec = aSpec({ learningRate: 0.01 }),
  ): string | undefined {
    const { confusion: _, ...lastEpoch } = { ...anEpoch(3), testAcc: 0.1, ...metrics };
    return warningAt(0.1, { lastEpoch, step, highestLoss: 2.4 }, spec)
      ?.replace(/^.*?\)\. /, "");
  }

  it("follows what the training's accuracy, loss and steps show", () => {
    const flat = { trainAcc: 0.11, trainLoss: 2.3 };
    const network = { preset: "RESNET_SMALL" } as const;
    const photos = { network, trainSamples: 77, batchSize: 64, recipe: undefined };
    const known = { trainAcc: 1, trainLoss: 0.01 };
    const fewSteps =
      "Training accuracy is 100.00%, so the learning rate is not the cause: 6 steps are too few " +
      "for the running averages of batch norm. Try 20 epochs in batches of 16 (this run: 3 of 64).";
    const otherTestSamples =
      "Training accuracy is 100.00%, so the learning rate is not the cause: what the network " +
      "has learned does not hold for the test samples. Use more samples, augmentation or a " +
      "smaller network, and check that the test samples are like those of training.";
    assertEquals(adviceAfter(known, 6, aSpec(photos)), fewSteps);
    assertEquals(adviceAfter(known, 600, aSpec(photos)), otherTestSamples);
    assertEquals(adviceAfter(known, 6, aSpec()), otherTestSamples);

    const shorter = adviceAfter(flat, 12);
    const long = (trainLoss: number, trainAcc = 0.11) => adviceAfter({ trainAcc, trainLoss }, 1000);
    assertEquals([shorter, long(2.3), long(2.334), long(1.9, 0.3)], [
      "12 steps are too few to learn: try 13 epochs in batches of 16 (this run: 3 of 32).",
      "The loss hardly moved (2.3000, guessing would give 2.3026): try a larger learning rate (this run: 0.01).",
      "The loss stayed above that of guessing (2.3340, guessing would give 2.3026): try a smaller learning rate (this run: 0.01).",
      "The loss fell (1.9000, guessing would give 2.3026), but not far enough: try more epochs (this run: 3).",
    ]);
  });

  it("names the best epoch where only the end is no better than guessing", () => {
    const warning = warningAt(0.1, { bestTestAcc: 0.975 });
    assert(warning?.includes("Its best epoch had 97.50%."), warning ?? "none");
  });

  it("is none for runs that have learned, that have not completed, or of logs without classes", () => {
    assertEquals(warningAt(0.13), null);
    for (const state of ["RUNNING", "FAILED", "CANCELLED", "PAUSED"] as const) {
      assertEquals(warningAt(0.1, { state }), null, state);
    }
    assertEquals(warningAt(0.1, { testClasses: null }), null);
    assertEquals(warningAt(0.1, { lastEpoch: null }), null);
  });

  it("is none where all test samples are of one class", () => {
    for (const size of [0, 1, 1000]) {
      const testClasses = { classes: 10, samples: size, largest: size };
      assertEquals(warningAt(1, { testClasses }), null, `${size} samples`);
    }
  });

  it("is none where early stopping brings back the weights of a good epoch", () => {
    const spec = aSpec({ earlyStopping: { patience: 2, metric: "TEST_LOSS" } });
    assertEquals(warningAt(0.1, { bestTestAcc: 0.975 }, spec), null);
    assert(warningAt(0.1, {}, spec));
  });
});
