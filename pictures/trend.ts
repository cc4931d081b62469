/** The points of a run's batches on the axis of epochs, and the trend over them. */
import type { BatchPoint } from "./curves_option.ts";

/** A point and its step. */
export interface StepPoint extends BatchPoint {
  readonly step: number;
}

/** Metrics of a step. */
export interface StepMetrics {
  readonly step: number;
  readonly loss: number;
  readonly acc: number;
}

/** The number of steps that are drawn of a run: as many as a chart has pixels. */
export const SHOWN_STEPS = 1000;
/** The number of means that the trend is made of. */
export const SHOWN_MEANS = 300;

/** Places steps on the chart's axis. */
export function toPoints(
  batches: readonly StepMetrics[],
  stepsPerEpoch: number,
): readonly StepPoint[] {
  return batches.map(({ step, loss, acc }) => ({ step, epoch: step / stepsPerEpoch, loss, acc }));
}

/** Returns the steps over which the trend of a run is smoothed: its time constant. */
export function smoothedSteps(steps: number): number {
  return Math.max(15, steps / 100);
}

/**
 * Creates the trend's one smoothing: an exponential moving average over steps. A point counts for the steps since the one
 * before it, so that means of many steps and single ones give the same curve, however they were loaded.
 *
 * @param overSteps the time constant
 * @param start the point to go on from
 */
export function smoothing(
  overSteps: number,
  start?: StepPoint,
): (point: StepPoint) => StepPoint {
  let { step: last = 0, loss = 0, acc = 0 } = start ?? {};
  let weight = start ? 1 : 0;
  return (point) => {
    const keep = Math.exp(-Math.max(1, point.step - last) / overSteps);
    const rest = keep * weight;
    weight = rest + 1 - keep;
    loss = (rest * loss + (1 - keep) * point.loss) / weight;
    acc = (rest * acc + (1 - keep) * point.acc) / weight;
    last = point.step;
    return { ...point, loss, acc };
  };
}
