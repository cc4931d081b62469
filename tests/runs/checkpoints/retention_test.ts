/** Retention of checkpoints, for any history. */
import { assert, assertEquals } from "@std/assert";
import { forAll } from "../../support/for_all.ts";
import { assertThrowsMatch } from "../../support/errors.ts";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { type CheckpointFacts, KEPT_LAST, retain } from "../../../runs/checkpoints/retention.ts";

/** Histories in which names, steps and accuracies may come again. */
const histories = fc.array(
  fc.record({
    name: fc.integer({ min: 0, max: 12 }).map((number) => `checkpoint-${number}`),
    step: fc.nat({ max: 100 }),
    epoch: fc.integer({ min: 1, max: 5 }),
    testAcc: fc.option(fc.integer({ min: 0, max: 5 }).map((fifth) => fifth / 5)),
    label: fc.option(fc.constantFrom("for the paper", "before the change"), { freq: 5 }),
  }),
  { maxLength: 20 },
);
const lasts = fc.integer({ min: 1, max: 5 });

function facts(name: string, change: Partial<CheckpointFacts> = {}): CheckpointFacts {
  return { name, step: 1, epoch: 1, testAcc: null, label: null, ...change };
}

describe("retain()", () => {
  it("keeps or removes every checkpoint, and none twice", () => {
    forAll([histories, lasts], (history, last) => {
      const { keep, remove } = retain(history, { last });
      assertEquals(
        [...keep, ...remove].toSorted(),
        [...new Set(history.map(({ name }) => name))].toSorted(),
      );
    });
  });

  it("keeps the last ones, in the order of the log", () => {
    forAll([histories, lasts], (history, last) => {
      const newestFirst = [...new Set(history.map(({ name }) => name).toReversed())];
      const { keep } = retain(history, { last });
      for (const name of newestFirst.slice(0, last)) assert(keep.includes(name), name);
      assertEquals(keep, newestFirst.toReversed().filter((name) => keep.includes(name)));
    });
  });

  it("keeps the best one and those with a label, as the log has them last", () => {
    forAll([histories, lasts], (history, last) => {
      const { keep } = retain(history, { last });
      const told = [
        ...new Map(history.map((checkpoint) => [checkpoint.name, checkpoint])).values(),
      ];
      for (const { name, label } of told) if (label !== null) assert(keep.includes(name), name);
      const best = Math.max(...told.map(({ testAcc }) => testAcc ?? -1));
      const bestKept = told.some(({ name, testAcc }) => testAcc === best && keep.includes(name));
      assertEquals(bestKept, best >= 0 || bestKept);
    });
  });

  it("keeps the best one by validation where samples are kept for it", () => {
    const history = [
      facts("tested best", { testAcc: 0.9, validationAcc: 0.5 }),
      facts("validated best", { testAcc: 0.1, validationAcc: 0.8 }),
      facts("last", { testAcc: 0.2, validationAcc: 0.6 }),
    ];
    assertEquals(retain(history, { last: 1 }).keep, ["validated best", "last"]);
  });

  it("keeps no more than it promises", () => {
    forAll([histories, lasts], (history, last) => {
      const told = [
        ...new Map(history.map((checkpoint) => [checkpoint.name, checkpoint])).values(),
      ];
      const labels = told.filter(({ label }) => label !== null).length;
      assert(retain(history, { last }).keep.length <= last + labels + 1);
    });
  });

  it("removes nothing more when asked again of what it kept", () => {
    forAll([histories, lasts], (history, last) => {
      const { keep } = retain(history, { last });
      const rest = history.filter(({ name }) => keep.includes(name));
      assertEquals(retain(rest, { last }), { keep, remove: [] });
    });
  });

  it("keeps three, the first of the best, and every label, unless asked otherwise", () => {
    assertEquals(KEPT_LAST, 3);
    const history = [
      facts("a", { testAcc: 0.5 }),
      facts("b", { testAcc: 0.9 }),
      facts("c", { testAcc: 0.9 }),
      facts("d", { label: "for the paper" }),
      facts("e", { testAcc: 0.8 }),
      facts("f"),
      facts("g"),
    ];
    assertEquals(retain(history), { keep: ["b", "d", "e", "f", "g"], remove: ["a", "c"] });
  });

  it("takes an accuracy of 0 for the best where there is no other", () => {
    const history = [facts("a", { testAcc: 0 }), facts("b"), facts("c")];
    assertEquals(retain(history, { last: 1 }), { keep: ["a", "c"], remove: ["b"] });
  });

  it("always keeps one to go on from", () => {
    for (const last of [0, -1, 1.5, NaN]) {
      assertThrowsMatch(() => retain([], { last }), /must be 1 or more/);
    }
  });
});
