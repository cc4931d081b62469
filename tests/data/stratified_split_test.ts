/** Samples that are kept for validation: each class has its share, and the seed chooses which samples. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { forAll } from "../support/for_all.ts";
import { assertThrowsMatch } from "../support/errors.ts";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { stratifiedSplit } from "../../data/stratified_split.ts";

/** Counts the kept samples of each class. */
function keptOf(labels: readonly number[], count: number, classes: number, seed = 1) {
  const { validation } = stratifiedSplit(labels, count, seed);
  return Array.from(
    { length: classes },
    (_, label) => validation.filter((sample) => labels[sample] === label).length,
  );
}

const repeat = (label: number, times: number) => new Array<number>(times).fill(label);

describe("stratifiedSplit()", () => {
  it("keeps of each class its share", () => {
    const labels = [...repeat(0, 50), ...repeat(1, 30), ...repeat(2, 20)];
    assertEquals(keptOf(labels, 10, 3), [5, 3, 2]);
    assertEquals(keptOf(labels, 50, 3), [25, 15, 10]);
  });

  it("keeps a sample of a rare class, but not its only one", () => {
    assertEquals(keptOf([...repeat(0, 96), ...repeat(1, 2), ...repeat(2, 1)], 10, 3), [9, 1, 0]);
  });

  it("leaves a sample of each class to the training", () => {
    assertEquals(keptOf([...repeat(0, 8), ...repeat(1, 2)], 8, 2), [7, 1]);
  });

  it("gives the same samples for the same seed and others for another", () => {
    const labels = Array.from({ length: 100 }, (_, sample) => sample % 10);
    const { validation, trained } = stratifiedSplit(labels, 30, 1);
    assertEquals(stratifiedSplit(labels, 30, 1).validation, validation);
    assertNotEquals(stratifiedSplit(labels, 30, 2).validation, validation);
    assertEquals([...trained, ...validation].toSorted((a, b) => a - b), [...labels.keys()]);
  });

  it("keeps exactly so many, of each class with two if there are enough, whatever the labels", () => {
    const classes = 5;
    const input = fc.array(fc.nat({ max: classes - 1 }), { minLength: 1, maxLength: 60 })
      .chain((labels) =>
        fc.tuple(fc.constant(labels), fc.integer({ min: 0, max: labels.length }), fc.nat())
      );
    forAll([input], ([labels, count, seed]) => {
      const { trained, validation } = stratifiedSplit(labels, count, seed);
      assertEquals(validation.length, count);
      assertEquals(new Set([...trained, ...validation]).size, labels.length);
      if (count < classes) return;
      const kept = keptOf(labels, count, classes, seed);
      for (const label of kept.keys()) {
        const size = labels.filter((other) => other === label).length;
        assert(size < 2 || (kept[label] ?? 0) > 0);
      }
    });
  });

  it("refuses to keep more samples than there are", () => {
    assertThrowsMatch(() => stratifiedSplit([0, 1], 3, 1), {
      name: "RangeError",
      message: "Cannot keep 3 samples: the number must be between 0 and 2.",
    });
  });
});
