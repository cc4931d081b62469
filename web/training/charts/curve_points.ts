/**
 * The points of a run's batches: those that the server thinned out before the page was opened, then every
 * n-th step as it is trained. Steps show each batch; means show the trend.
 */
import type { BatchPoint } from "../../../pictures/curves_option.ts";
import type { Batch } from "../operations.ts";

/** A point and its step. */
export interface StepPoint extends BatchPoint {
  readonly step: number;
}

/** A run's points so far. */
export interface CurvePoints {
  readonly steps: readonly StepPoint[];
  readonly trend: readonly StepPoint[];
}

export const NO_POINTS: CurvePoints = { steps: [], trend: [] };

/** The number of steps requested of a run: as many as a chart has pixels. */
export const SHOWN_STEPS = 1000;
/** The number of means requested of a run. */
export const SHOWN_MEANS = 300;

/** Returns n to draw every n-th step of a run with this many steps, while it is trained. */
export function batchInterval(steps: number): number {
  return Math.max(1, Math.ceil(steps / SHOWN_STEPS));
}

/** Places steps on the chart's axis. */
export function toPoints(batches: readonly Batch[], stepsPerEpoch: number): readonly StepPoint[] {
  return batches.map(({ step, loss, acc }) => ({ step, epoch: step / stepsPerEpoch, loss, acc }));
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
