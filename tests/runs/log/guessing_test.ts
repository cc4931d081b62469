/** Completed runs that have learned nothing. */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { countTestClasses, guessingLimit, guessingWarning } from "../../../runs/log/guessing.ts";
import { EMPTY_SNAPSHOT, type RunSnapshot } from "../../../runs/log/snapshot.ts";
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
    fc.assert(fc.property(fc.nat(1000), fc.integer({ min: 1, max: 1000 }), (largest, more) => {
      const samples = largest + more;
      const limit = guessingLimit({ classes: 2, samples, largest });
      assert(limit >= largest / samples && limit < 1);
    }));
  });
});

describe("guessingWarning()", () => {
  it("says what guessing has, and what to try", () => {
    assertEquals(
      warningAt(0.0981, {}, aSpec({ learningRate: 10 })),
      "No better than guessing (the largest of 10 classes: 10.00%). " +
        "Try another learning rate (got 10), usually a smaller one.",
    );
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
