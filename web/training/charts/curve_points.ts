/**
 * The points of a run's batches: what the server had thinned out when the page came, and then every so many steps as they are
 * trained. The steps show each batch, spikes and all; the trend is what they come to.
 */
import type { BatchPoint } from "../../../pictures/curves_option.ts";
import type { Batch } from "../operations.ts";

/** A point and the step that it stands for. */
export interface StepPoint extends BatchPoint {
  readonly step: number;
}

/** A run's points so far. */
export interface CurvePoints {
  readonly steps: readonly StepPoint[];
  readonly trend: readonly StepPoint[];
}

export const NO_POINTS: CurvePoints = { steps: [], trend: [] };

/** How many points of a run are asked for: as many as a chart has pixels to show. */
export const SHOWN_STEPS = 1000;
/** How many points its trend has. */
export const SHOWN_MEANS = 300;

/** Every which step is drawn of a run with so many steps, as they are trained. */
export function batchInterval(steps: number): number {
  return Math.max(1, Math.ceil(steps / SHOWN_STEPS));
}

/** Steps as the chart places them. */
export function toPoints(batches: readonly Batch[], stepsPerEpoch: number): readonly StepPoint[] {
  return batches.map(({ step, loss, acc }) => ({ step, epoch: step / stepsPerEpoch, loss, acc }));
}

/** Points that grow. */
export interface GrowingPoints {
  /** The last step that is there: the cursor. */
  readonly step: number;
  /** Takes a step in. One that is there already changes nothing. */
  add(batch: Batch): void;
  /** What there is now. */
  copy(): CurvePoints;
}

/** As many points as weigh in the trend of what is trained now. */
const SMOOTHED_OVER = 15;

/** @param before what the server had */
export function growingPoints(
  before: { readonly steps: readonly Batch[]; readonly means: readonly Batch[] },
  stepsPerEpoch: number,
): GrowingPoints {
  const steps = [...toPoints(before.steps, stepsPerEpoch)];
  // Where no step is left out, the means are those of ever fewer steps: the trend is made here.
  const isWhole = before.steps.length <= before.means.length;
  const trend: StepPoint[] = isWhole ? [] : [...toPoints(before.means, stepsPerEpoch)];
  // The exponential moving average, of as many points as there are.
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

/** Points with those of a stretch in the place of theirs: the stretch is known more closely. */
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
