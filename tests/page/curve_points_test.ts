/** The points of a run's curves as the page keeps them, and the trend that page and files draw of them. */
import { assert, assertEquals, fail } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { batchInterval, smoothedSteps, trendOf } from "../../pictures/trend.ts";
import {
  growingPoints,
  type StepRange,
  withDetail,
} from "../../web/training/charts/curve_points.ts";

describe("batchInterval()", () => {
  it("asks for every batch of a small run, and for 1,000 of any other at most", () => {
    for (const steps of [0, 1, 1000]) assertEquals(batchInterval(steps), 1);
    for (const steps of [1001, 9375, 100_000, 18_750_000]) {
      assert(steps / batchInterval(steps) <= 1000);
      assert(steps / batchInterval(steps) > 490);
    }
  });
});

describe("growingPoints()", () => {
  const RUN_SIZE = { stepsPerEpoch: 1000, steps: 4000 };
  const EVERY = 4;
  const batch = (step: number) => ({ step, loss: 1 + Math.sin(step), acc: 0.5 });
  /** Reads a range as the server does: its means are those of equal parts. */
  const read = ({ fromStep, toStep, maxPoints }: StepRange) => {
    const width = Math.ceil((toStep - fromStep + 1) / maxPoints);
    const ends = Array.from({ length: maxPoints }, (_, at) => fromStep - 1 + (at + 1) * width)
      .map((end) => Math.min(end, toStep)).filter((end, at, all) => end !== all[at - 1]);
    return {
      steps: ends.map(batch),
      means: ends.map((step) => {
        const part = Array.from({ length: width }, (_, at) => batch(step - at).loss);
        return { ...batch(step), loss: part.reduce((sum, loss) => sum + loss) / width };
      }),
    };
  };

  it("goes on after what the server had, and takes no step twice", () => {
    const points = growingPoints({ stepsPerEpoch: 10, steps: 100 });
    points.settle({ steps: [batch(1), batch(9)], means: [batch(9)] });
    for (const step of [8, 9, 12, 12, 15]) points.add(batch(step));
    assertEquals(points.step, 15);
    assertEquals(points.copy().steps.map(({ step, epoch }) => [step, epoch]), [
      ...[[1, 0.1], [9, 0.9], [12, 1.2], [15, 1.5]],
    ]);
  });

  it("has the same points and means, whether the page was open or is opened in the middle or at the end", () => {
    const opened = (from: number) => {
      const points = growingPoints(RUN_SIZE);
      const settle = (endStep?: number) => {
        const range = points.next(endStep);
        if (range) points.settle(read(range));
      };
      settle(from);
      for (let step = from + EVERY; step <= 4000; step += EVERY) {
        points.add(batch(step));
        // The server answers now and then.
        if (step % 12 === 0 && Math.sin(step) > 0.5) settle();
      }
      settle(4000);
      return points.copy();
    };
    const last = opened(4000);
    assertEquals(last.means.length, 1000);
    for (const from of [0, 400, 2000, 3960]) assertEquals(opened(from), last);
  });

  it("has a trend of means alone, which live steps do not make rougher", () => {
    const points = growingPoints(RUN_SIZE);
    for (let step = EVERY; step <= 36; step += EVERY) points.add(batch(step));
    assertEquals([points.next(), points.copy().means.length], [undefined, 0]);
    points.add(batch(40));
    const range = points.next() ?? fail("no range");
    assertEquals(range, { fromStep: 1, toStep: 40, maxPoints: 10 });
    points.add(batch(44));
    points.settle(read(range));
    assertEquals([points.step, points.copy().means.at(-1)?.step], [44, 40]);
  });

  it("asks for nothing again where every step comes live", () => {
    const points = growingPoints({ stepsPerEpoch: 10, steps: 100 });
    for (let step = 1; step <= 100; step++) points.add(batch(step));
    assertEquals([points.next(), points.next(100)], [undefined, undefined]);
    assertEquals(points.copy().means.length, 100);
  });
});

describe("trendOf()", () => {
  const trend = (losses: readonly number[], isLog: boolean) =>
    trendOf(
      losses.map((loss, at) => ({ epoch: (at + 1) / losses.length, loss, acc: loss > 1 ? 0 : 1 })),
      { epochs: smoothedSteps(losses.length) / losses.length, isLog },
    );

  it("has an average of all points at first, not a curve from 0", () => {
    const [first, second] = trend([3, ...Array<number>(999).fill(1)], false);
    assertEquals([first?.loss, second && +second.loss.toFixed(2)], [3, 1.97]);
  });

  it("is back with the batches of a run that spiked to 1e15, on a logarithmic axis", () => {
    const losses = Array.from({ length: 376 }, (_, at) => at === 4 ? 8e15 : 2.4);
    assert((trend(losses, false)[100]?.loss ?? 0) > 1e6, "a mean of values is not");
    const drawn = trend(losses, true);
    for (const point of drawn.slice(75)) assert(point.loss < 3, `${point.loss}`);
    assert((drawn[4]?.loss ?? 0) > 1e3, "the spike is seen");
  });

  it("ends where the batches of a run of six steps do", () => {
    const drawn = trend([3, 3, 3, 0.1, 0.1, 0.1], false);
    assert((drawn.at(-1)?.acc ?? 0) > 0.85, `${drawn.at(-1)?.acc}`);
  });

  it("gives a loss of exactly 0 a place on a logarithmic axis", () => {
    for (const { loss } of trend([1, 0, 0, 0], true)) assert(loss > 0 && Number.isFinite(loss));
  });
});

describe("withDetail()", () => {
  it("puts a stretch in the place of what is known of it less closely", () => {
    const points = (...steps: number[]) =>
      steps.map((step) => ({ step, epoch: 0, loss: 0, acc: 0 }));
    const { steps, means } = withDetail(
      { steps: points(1, 5, 9, 13), means: points(4, 8) },
      { steps: points(4, 5, 6, 7), means: [] },
    );
    assertEquals(steps.map(({ step }) => step), [1, 4, 5, 6, 7, 9, 13]);
    assertEquals(means.map(({ step }) => step), [4, 8]);
  });
});
