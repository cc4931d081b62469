/** The points of a run's batches on the axis of epochs, and the trend over them: one for page and files. */

/** A step of training between the epochs' points: `epoch` is its place on the axis, such as 1.25. */
export interface BatchPoint {
  readonly epoch: number;
  readonly acc: number;
  readonly loss: number;
}

/** A point and its step. */
export interface StepPoint extends BatchPoint {
  readonly step: number;
}

/** Metrics of a step, or means up to it. */
export interface StepMetrics {
  readonly step: number;
  readonly loss: number;
  readonly acc: number;
}

/** The number of points that are drawn of a run: as many as a chart has pixels. */
export const SHOWN_STEPS = 1000;

/**
 * The smallest loss that counts in a logarithmic trend: those of float32 that are exactly 0 say "below its precision".
 */
const LEAST_LOSS = 1e-7;

/**
 * Returns the number of steps that one point stands for. It depends on the length of the run alone, so that a curve is
 * as dense where it was loaded as where it came live.
 *
 * @param steps of the whole run
 */
export function batchInterval(steps: number): number {
  return Math.max(1, Math.ceil(steps / SHOWN_STEPS));
}

/** Returns the number of points that are drawn of some steps of a run with this many steps in all. */
export function pointCount(count: number, steps: number): number {
  return Math.ceil(count / batchInterval(steps));
}

/** Places steps on the chart's axis. */
export function toPoints(
  batches: readonly StepMetrics[],
  stepsPerEpoch: number,
): readonly StepPoint[] {
  return batches.map(({ step, loss, acc }) => ({ step, epoch: step / stepsPerEpoch, loss, acc }));
}

/**
 * Returns the steps over which the trend of a run is smoothed: its time constant. A hundredth of a long run; a few
 * steps of one that has a few.
 */
export function smoothedSteps(steps: number): number {
  return Math.max(Math.sqrt(steps) / 2, steps / 100);
}

/**
 * Computes the trend of means by an exponential moving average over epochs. A point counts for the way since the one
 * before it, so that means of many steps and of few give the same curve.
 *
 * @param means of the steps since the point before, in order
 * @param options `epochs` is the time constant. `isLog` averages the logarithms of the losses, for a logarithmic axis:
 * on
 *   it, the mean of a single loss of 1e15 and a thousand of 2 would stay near the first for thousands of steps
 */
export function trendOf<Point extends BatchPoint>(
  means: readonly Point[],
  { epochs, isLog }: { readonly epochs: number; readonly isLog: boolean },
): readonly Point[] {
  const toDrawn = (loss: number) => isLog ? Math.log(Math.max(loss, LEAST_LOSS)) : loss;
  const toLoss = (drawn: number) => isLog ? Math.exp(drawn) : drawn;
  let [last, loss, acc, weight] = [0, 0, 0, 0];
  return means.map((point) => {
    const keep = Math.exp(-Math.max(0, point.epoch - last) / epochs);
    const rest = keep * weight;
    weight = rest + 1 - keep;
    // The first point may be at the start of the axis.
    const part = weight > 0 ? (1 - keep) / weight : 1;
    loss += part * (toDrawn(point.loss) - loss);
    acc += part * (point.acc - acc);
    last = point.epoch;
    return { ...point, loss: toLoss(loss), acc };
  });
}
