/** Early stopping: which epochs are improvements, and when the training ends, as in Keras and Lightning. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { EpochEvent } from "../../../ml/training/events.ts";
import { afterEpoch, mustStop, NOT_WAITING } from "../../../ml/training/early_stopping.ts";
import type { StoppingState } from "../../../ml/checkpoint/stopping_state.ts";
import type { EarlyStopping } from "../../../ml/spec/spec.ts";

const OPTIONS = {
  metric: "VALIDATION_LOSS",
  patience: 2,
  minDelta: 0,
  restoreBest: true,
} as const satisfies EarlyStopping;

function epochOf(number: number, value: number): EpochEvent {
  return {
    ...{
      type: "epoch",
      number,
      trainAcc: value,
      trainLoss: value,
      testAcc: value,
      testLoss: value,
    },
    ...{ validationAcc: value, validationLoss: value, learningRate: 0.1, seconds: 1 },
  };
}

/** Returns the epoch after which a training with these values of its metric stops, and its best one. */
function runOf(values: readonly number[], change: Partial<EarlyStopping> = {}) {
  const earlyStopping = { ...OPTIONS, ...change };
  let state: StoppingState = NOT_WAITING;
  for (const [at, value] of values.entries()) {
    state = afterEpoch(earlyStopping, state, epochOf(at + 1, value));
    if (mustStop({ earlyStopping }, state)) return { stop: at + 1, best: state.best?.epoch };
  }
  return { stop: undefined, best: state.best?.epoch };
}

describe("early stopping", () => {
  it("stops after so many epochs without an improvement", () => {
    assertEquals(runOf([5, 4, 4.5, 4.2, 1]), { stop: 4, best: 2 });
    assertEquals(runOf([5, 4, 4.5, 3, 3.5, 3.2]), { stop: 6, best: 4 });
    assertEquals(runOf([5, 6], { patience: 1 }), { stop: 2, best: 1 });
    assertEquals(runOf([5, 4, 3, 2]), { stop: undefined, best: 4 });
  });

  it("watches an accuracy for growth", () => {
    const metric = "VALIDATION_ACC";
    assertEquals(runOf([0.5, 0.6, 0.6, 0.55], { metric }), { stop: 4, best: 2 });
    assertEquals(runOf([0.5, 0.6, 0.7], { metric }), { stop: undefined, best: 3 });
  });

  it("takes a change of just minDelta, and an equal value, for none", () => {
    assertEquals(runOf([4, 3.5, 3.5], { minDelta: 0.5 }), { stop: 3, best: 1 });
    assertEquals(runOf([4, 3.4, 3], { minDelta: 0.5 }), { stop: undefined, best: 2 });
    const growing = { metric: "VALIDATION_ACC", minDelta: 0.25 } as const;
    assertEquals(runOf([0.25, 0.5, 0.5], growing), { stop: 3, best: 1 });
    assertEquals(runOf([0.25, 0.625, 0.5], growing), { stop: undefined, best: 2 });
    assertEquals(runOf([1, 1, 1]), { stop: 3, best: 1 });
  });

  it("adds up small changes only once they exceed minDelta together", () => {
    assertEquals(runOf([1, 0.9, 0.8, 0.7], { minDelta: 0.15, patience: 3 }).best, 3);
  });

  it("never takes NaN for an improvement, nor for the best", () => {
    assertEquals(runOf([NaN, NaN]), { stop: 2, best: undefined });
    assertEquals(runOf([NaN, 3, NaN, NaN]), { stop: 4, best: 2 });
    assertEquals(runOf([NaN, 3, NaN, 2]), { stop: undefined, best: 4 });
  });

  it("watches the metric that it is given", () => {
    const state = afterEpoch({ ...OPTIONS, metric: "TRAIN_LOSS" }, NOT_WAITING, {
      ...epochOf(1, 7),
      trainLoss: 3,
    });
    assertEquals(state.best, { epoch: 1, value: 3, testAcc: 7, validationAcc: 7 });
  });
});
