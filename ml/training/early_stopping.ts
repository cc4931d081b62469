/**
 * Early stopping as a state machine: one metric an epoch goes in; it says when to stop and which epoch was the best.
 */
import type { StoppingState } from "../checkpoint/stopping_state.ts";
import type { EarlyStopping, TrainingSpec } from "../spec/spec.ts";
import { type EpochEvent, metricsOf } from "./events.ts";

/** The state before the first epoch. */
export const NOT_WAITING: StoppingState = { best: null, wait: 0 };

/**
 * Returns the state after an epoch. A value is better if it differs from the best one by more than minDelta, as in
 * Keras and Lightning; NaN never is.
 */
export function afterEpoch(
  { metric, minDelta }: EarlyStopping,
  state: StoppingState | null,
  epoch: EpochEvent,
): StoppingState {
  const { best, wait } = state ?? NOT_WAITING;
  const watched = metric ?? "VALIDATION_LOSS";
  const value = metricsOf(epoch)[watched] ?? NaN;
  const isBetter = best === null
    ? !Number.isNaN(value)
    : watched.endsWith("ACC")
    ? value - minDelta > best.value
    : value + minDelta < best.value;
  if (!isBetter) return { best, wait: wait + 1 };
  const { number, testAcc, validationAcc = null } = epoch;
  return { best: { epoch: number, value, testAcc, validationAcc }, wait: 0 };
}

/** Tells whether the training ends: the metric has not improved for as many epochs as it may take. */
export function mustStop(
  { earlyStopping }: Pick<TrainingSpec, "earlyStopping">,
  state: StoppingState | null,
): boolean {
  return earlyStopping !== null && state !== null && state.wait >= earlyStopping.patience;
}
