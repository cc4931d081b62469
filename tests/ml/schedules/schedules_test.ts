/** Learning rates against PyTorch's schedulers. The numbers come from tools/golden_training.py. */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import {
  cyclesMomentum,
  initialScheduleState,
  learningRateAt,
  momentumAt,
  nextScheduleState,
  type RatePlan,
} from "../../../ml/schedules/rates.ts";
import type { Metric } from "../../../ml/epoch_metrics.ts";
import { type Schedule, SCHEDULES } from "../../../ml/schedules/schedules.ts";
import golden from "../golden/schedules.json" with { type: "json" };

const TRAINING = {
  learningRate: golden.learningRate,
  stepsPerEpoch: golden.stepsPerEpoch,
  epochs: golden.epochs,
};
const STEPS = golden.stepsPerEpoch * golden.epochs;

function close(actual: number | undefined, expected: number, what: string) {
  const limit = 1e-9 * Math.abs(expected) + 1e-12;
  assert(
    Math.abs((actual ?? NaN) - expected) <= limit,
    `${what}: ${actual} must be within ${limit} of ${expected}`,
  );
}

function nameOf(value: object | null): string {
  return value === null ? "" : JSON.stringify(value).replaceAll('"', "");
}

describe(`the learning rate of each step is PyTorch ${golden.torch}'s`, () => {
  for (const { schedule, warmup, rates, momenta } of golden.cases) {
    const plan: RatePlan = { ...TRAINING, schedule: schedule as Schedule | null, warmup };

    it(`with schedule ${nameOf(schedule)} and warm-up ${nameOf(warmup)}`, () => {
      assertEquals(rates.length, STEPS);
      for (const [step, rate] of rates.entries()) {
        close(learningRateAt(plan, step), rate, `learning rate of step ${step}`);
        const momentum = momentumAt(plan, step);
        if (momenta) close(momentum, momenta[step] ?? NaN, `momentum of step ${step}`);
        else assertEquals(momentum, undefined);
      }
      assertEquals(cyclesMomentum(plan.schedule), momenta !== null);
    });
  }

  it("for every kind of schedule", () => {
    const compared = [...golden.cases, ...golden.plateaus].map(({ schedule }) => schedule?.kind);
    assertEquals(Object.keys(SCHEDULES).filter((kind) => !compared.includes(kind)), []);
  });

  for (const { schedule, values, rates } of golden.plateaus) {
    it(`after each epoch with schedule ${nameOf(schedule)}`, () => {
      const plan: RatePlan = { ...TRAINING, schedule: schedule as Schedule, warmup: null };
      let state = initialScheduleState(plan);
      for (const [epoch, value] of values.entries()) {
        const metrics = { [schedule.metric as Metric]: value };
        // A checkpoint in between changes nothing.
        state = JSON.parse(JSON.stringify(nextScheduleState(plan.schedule, state, metrics)));
        const rate = learningRateAt(plan, (epoch + 1) * plan.stepsPerEpoch, state);
        close(rate, rates[epoch] ?? NaN, `learning rate after epoch ${epoch + 1}`);
      }
    });
  }
});

describe("a plateau's default metric", () => {
  const schedule: Schedule = {
    kind: "plateau",
    factor: 0.5,
    patience: 0,
    threshold: 0,
    cooldown: 0,
    minLearningRate: 0,
    metric: null,
  };
  const plan: RatePlan = { ...TRAINING, schedule, warmup: null };

  function afterTwoEpochs(first: Partial<Record<Metric, number>>, second: typeof first) {
    const start = initialScheduleState(plan);
    return nextScheduleState(schedule, nextScheduleState(schedule, start, first), second)
      ?.learningRate;
  }

  it("is the validation loss where there is a validation part", () => {
    const rate = afterTwoEpochs(
      { TRAIN_LOSS: 2, VALIDATION_LOSS: 1, TEST_LOSS: 2 },
      { TRAIN_LOSS: 1, VALIDATION_LOSS: 2, TEST_LOSS: 1 },
    );
    assertEquals(rate, golden.learningRate / 2);
  });

  it("is the training loss where there is none, never the test loss", () => {
    assertEquals(
      afterTwoEpochs({ TRAIN_LOSS: 2, TEST_LOSS: 1 }, { TRAIN_LOSS: 1, TEST_LOSS: 2 }),
      golden.learningRate,
    );
  });
});

describe("learning rates at the limits", () => {
  const everyKind: readonly Schedule[] = [...golden.cases, ...golden.plateaus]
    .flatMap(({ schedule }) => schedule === null ? [] : [schedule as Schedule]);

  it("are above 0 and finite in a run of one step", () => {
    for (const schedule of everyKind) {
      const training = { learningRate: 0.1, stepsPerEpoch: 1, epochs: 1 };
      const warmup = { epochs: 0.01, startFactor: 0.5 };
      const rate = learningRateAt({ ...training, schedule, warmup }, 0);
      assert(rate > 0 && rate <= 0.4, `${schedule.kind}: ${rate}`);
    }
  });

  it("never rise again after a one-cycle or cosine schedule has ended", () => {
    for (const schedule of everyKind) {
      const plan: RatePlan = { ...TRAINING, schedule, warmup: null };
      const last = learningRateAt(plan, STEPS - 1);
      assert(learningRateAt(plan, STEPS + 7) <= last, schedule.kind);
    }
  });
});
