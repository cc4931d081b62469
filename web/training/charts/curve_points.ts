/**
 * The points of a run's batches: those that the server thinned out, and after them every n-th step as it is trained,
 * until the server's take their place. A curve so looks the same whenever the page was opened.
 */
import {
  batchInterval,
  pointCount,
  type StepMetrics,
  type StepPoint,
  toPoints,
} from "../../../pictures/trend.ts";

/** A run's points so far. */
export interface CurvePoints {
  /** Single steps, which show each batch. */
  readonly steps: readonly StepPoint[];
  /** Means of the steps since the one before, which the trend is made of. */
  readonly means: readonly StepPoint[];
}

export const NO_POINTS: CurvePoints = { steps: [], means: [] };

/** The server draws no fewer points of a range, unless it has fewer steps. */
export const MIN_POINTS = 10;

/** A range of steps, from 1, and the number of points to draw of it. */
export interface StepRange {
  readonly fromStep: number;
  readonly toStep: number;
  readonly maxPoints: number;
}

/** Lengths of a run, in steps. */
interface RunSize {
  readonly stepsPerEpoch: number;
  readonly steps: number;
}

/** Points of a run, to which steps are added as they are trained. */
export interface GrowingPoints {
  /** The last step added: the cursor of the subscription. */
  readonly step: number;
  /** Adds a step. A step that was added before is ignored. */
  add(batch: StepMetrics): void;
  /**
   * Returns the next range of which the server's points can take the place of single steps; undefined if there are too
   * few.
   *
   * @param endStep the last step of the range, at once and however few they are
   */
  next(endStep?: number): StepRange | undefined;
  /** Puts the server's points in the place of the range that was next. */
  settle(
    points: { readonly steps: readonly StepMetrics[]; readonly means: readonly StepMetrics[] },
  ): void;
  /** Copies the current points. */
  copy(): CurvePoints;
}

/** Creates the points of a run, without any. */
export function growingPoints({ stepsPerEpoch, steps: allSteps }: RunSize): GrowingPoints {
  const interval = batchInterval(allSteps);
  const steps: StepPoint[] = [];
  const means: StepPoint[] = [];
  let live: StepPoint[] = [];
  let settled = 0;
  const step = () => live.at(-1)?.step ?? settled;
  return {
    get step() {
      return step();
    },
    add(batch) {
      if (batch.step > step()) live.push(...toPoints([batch], stepsPerEpoch));
    },
    next(endStep) {
      const count = (endStep ?? step()) - settled;
      // Where each step comes live, the server knows no more.
      if (count <= 0 || interval === 1 && live.length === count) return undefined;
      const fromStep = settled + 1;
      if (endStep !== undefined) {
        const maxPoints = Math.max(MIN_POINTS, pointCount(count, allSteps));
        return { fromStep, toStep: endStep, maxPoints };
      }
      // Whole intervals give means of the same steps, however many are read at a time.
      const maxPoints = Math.floor(count / interval);
      if (maxPoints < MIN_POINTS) return undefined;
      return { fromStep, toStep: settled + maxPoints * interval, maxPoints };
    },
    settle(points) {
      steps.push(...toPoints(points.steps, stepsPerEpoch));
      means.push(...toPoints(points.means, stepsPerEpoch));
      settled = steps.at(-1)?.step ?? 0;
      live = live.filter(({ step }) => step > settled);
    },
    copy: () => ({
      steps: [...steps, ...live],
      // Single steps in the place of means would be a rougher trend.
      means: interval === 1 ? [...means, ...live] : [...means],
    }),
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
  return {
    steps: splice(points.steps, detail.steps),
    means: splice(points.means, detail.means),
  };
}
