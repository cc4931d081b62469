/**
 * The points of a run's batches: those that the server thinned out before the page was opened, then every
 * n-th step as it is trained. Steps show each batch; means show the trend.
 */
import {
  SHOWN_STEPS,
  smoothedSteps,
  smoothing,
  type StepPoint,
  toPoints,
} from "../../../pictures/trend.ts";
import type { Batch } from "../operations.ts";

/** A run's points so far. */
export interface CurvePoints {
  readonly steps: readonly StepPoint[];
  readonly trend: readonly StepPoint[];
}

export const NO_POINTS: CurvePoints = { steps: [], trend: [] };

/** Returns n to draw every n-th step of a run with this many steps, while it is trained. */
export function batchInterval(steps: number): number {
  return Math.max(1, Math.ceil(steps / SHOWN_STEPS));
}

/** Points of a run, to which steps are added as they are trained. */
export interface GrowingPoints {
  /** The last step added: the cursor of the subscription. */
  readonly step: number;
  /** Adds a step. A step that was added before is ignored. */
  add(batch: Batch): void;
  /** Copies the current points. */
  copy(): CurvePoints;
}

/**
 * Starts from the points that the server had.
 *
 * @param before the server's steps and means
 * @param run the steps of an epoch and of the whole run
 */
export function growingPoints(
  before: { readonly steps: readonly Batch[]; readonly means: readonly Batch[] },
  { stepsPerEpoch, steps: allSteps }: { readonly stepsPerEpoch: number; readonly steps: number },
): GrowingPoints {
  const steps = [...toPoints(before.steps, stepsPerEpoch)];
  const smooth = smoothing(smoothedSteps(allSteps));
  const trend = toPoints(before.means, stepsPerEpoch).map(smooth);
  return {
    get step() {
      return steps.at(-1)?.step ?? 0;
    },
    add(batch) {
      if (batch.step <= (steps.at(-1)?.step ?? 0)) return;
      for (const point of toPoints([batch], stepsPerEpoch)) {
        steps.push(point);
        trend.push(smooth(point));
      }
    },
    copy: () => ({ steps: [...steps], trend: [...trend] }),
  };
}

/**
 * Replaces a range of the points by more detailed ones. Their means are smoothed as the rest is.
 *
 * @param overSteps the time constant of the trend
 */
export function withDetail(
  points: CurvePoints,
  detail: CurvePoints,
  overSteps: number,
): CurvePoints {
  const splice = (all: readonly StepPoint[], part: readonly StepPoint[]) => {
    const [first, last] = [part[0]?.step, part.at(-1)?.step];
    if (first === undefined || last === undefined) return all;
    return [
      ...all.filter(({ step }) => step < first),
      ...part,
      ...all.filter(({ step }) => step > last),
    ];
  };
  const [first] = detail.trend;
  const start = first && points.trend.findLast(({ step }) => step < first.step);
  return {
    steps: splice(points.steps, detail.steps),
    trend: splice(points.trend, detail.trend.map(smoothing(overSteps, start))),
  };
}
