/** The time left of a run, from the pace of its latest attempt. */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { addSteps, addTest, type Pace, remainingSeconds } from "../../../runs/log/pace.ts";

const at = (seconds: number) =>
  new Date(Date.UTC(2026, 0, 1) + Math.round(1000 * seconds)).toISOString();

describe("remainingSeconds()", () => {
  it("is unknown until two reports at different times have come", () => {
    assertEquals(remainingSeconds(null, { steps: 10, tests: 1 }), null);
    const first = addSteps(null, 5, at(0));
    assertEquals(remainingSeconds(first, { steps: 10, tests: 1 }), null);
    assertEquals(remainingSeconds(addSteps(first, 5, at(0)), { steps: 5, tests: 1 }), null);
    assertEquals(remainingSeconds(addSteps(first, 5, at(2)), { steps: 5, tests: 1 }), 2);
  });

  it("counts the tests that are left, at the pace of those before", () => {
    const tested = addTest(addSteps(addSteps(null, 1, at(0)), 9, at(9)), at(12));
    assertEquals(remainingSeconds(tested, { steps: 20, tests: 2 }), 26);
  });

  it("falls evenly on a machine whose speed changes by a factor of four from report to report", () => {
    const EPOCHS = 5;
    const REPORTS = 20;
    const durations = [0.5, 2, 0.7, 1.4, 0.4];
    const left: number[] = [];
    let pace: Pace | null = null;
    let time = 0;
    for (let epoch = 1; epoch <= EPOCHS; epoch++) {
      for (let report = 1; report <= REPORTS; report++) {
        time += durations[report % durations.length] ?? 1;
        pace = addSteps(pace, 50, at(time));
        const steps = 50 * (EPOCHS * REPORTS - (epoch - 1) * REPORTS - report);
        const seconds = remainingSeconds(pace, { steps, tests: EPOCHS - epoch + 1 });
        if (seconds !== null) left.push(seconds);
      }
      time += 3;
      pace = addTest(pace, at(time));
    }
    // The first test is a surprise; from then on nothing jumps.
    for (const [index, seconds] of left.entries()) {
      const before = left[index - 1];
      if (index <= REPORTS || before === undefined) continue;
      // At most a test and a report have passed.
      assert(Math.abs(seconds - before) < 5, `${before} s, then ${seconds} s`);
    }
    assertEquals(Math.round(left.at(-1) ?? NaN), 3);
  });

  it("is not negative where a clock was set back", () => {
    const pace = addSteps(addSteps(addSteps(null, 1, at(100)), 1, at(50)), 1, at(52));
    assertEquals(remainingSeconds(pace, { steps: 4, tests: 0 }), 4);
  });
});
