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

/** The number of points that the moving average covers. */
const SMOOTHED_OVER = 15;

/**
 * Starts from the points that the server had.
 *
 * @param before the server's steps and means
 */
export function growingPoints(
  before: { readonly steps: readonly Batch[]; readonly means: readonly Batch[] },
  stepsPerEpoch: number,
): GrowingPoints {
  const steps = [...toPoints(before.steps, stepsPerEpoch)];
  // When no step is left out, the server's means cover ever fewer steps: compute the trend here.
  const isWhole = before.steps.length <= before.means.length;
  const trend: StepPoint[] = isWhole ? [] : [...toPoints(before.means, stepsPerEpoch)];
  // The exponential moving average over the points so far.
  let { loss = 0, acc = 0 } = trend.at(-1) ?? {};
  let weights = trend.length === 0 ? 0 : SMOOTHED_OVER;
  const keep = 1 - 1 / SMOOTHED_OVER;
  const follow = (point: StepPoint) => {
    const rest = keep * weights;
    weights = rest + 1;
    loss = (rest * loss + point.loss) / weights;
    acc = (rest * acc + point.acc) / weights;
    trend.push({ ...point, loss, acc });
  };
  if (isWhole) steps.forEach(follow);
  return {
    get step() {
      return steps.at(-1)?.step ?? 0;
    },
    add(batch) {
      if (batch.step <= (steps.at(-1)?.step ?? 0)) return;
      for (const point of toPoints([batch], stepsPerEpoch)) {
        steps.push(point);
        follow(point);
      }
    },
    copy: () => ({ steps: [...steps], trend: [...trend] }),
  };
}

/** Replaces a range of the points by more detailed ones. */
export function withDetail(points: CurvePoints, detail: CurvePoints): CurvePoints {
  const splice = (all: readonly StepPoint[], part: readonly StepPoint[]) => {
    const [first, last] = [part[0]?.step, part.at(-1)?.step];
    if (first === undefined || last === undefined) return all;
    return [
      ...all.filter(({ step }) => step < first),
      ...part,
      ...all.filter(({ step }) => step > last),
    ];
  };
  return { steps: splice(points.steps, detail.steps), trend: splice(points.trend, detail.trend) };
}
