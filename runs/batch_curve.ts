/**
 * A run's steps as a chart needs them: no more of them than can be told apart. Either steps of the log, chosen so that the
 * curve of the loss keeps its shape, spikes and all; or the means of stretches, which show where it goes.
 */
import { LTTBIndexesForBuckets } from "downsample/methods/LTTB.js";
import type { BatchMetrics } from "./follow.ts";
import { sharedReads } from "./shared_reads.ts";
import type { Run, RunStore } from "./store.ts";

/** Fewer points than these show nothing. */
export const MIN_POINTS = 10;

/** How a curve is thinned out: to steps that show its shape, or to means. */
export const THINNINGS = ["SHAPE", "MEAN"] as const;
export type Thinning = (typeof THINNINGS)[number];

/** Which curve. */
export interface CurveOptions {
  /** How many points at most; null for every step. */
  readonly maxPoints: number | null;
  /** To steps that show the shape if absent. */
  readonly thinning?: Thinning;
  /** The first step, from 1; the run's first if absent. */
  readonly fromStep?: number;
  /** The last step; the run's last so far if absent. */
  readonly toStep?: number;
  /** How many steps to hold in memory where not every one is asked for. */
  readonly mostSteps?: number;
}

/** Events of one read, each of which holds many steps. */
const PIECE = 1000;

/**
 * Longer logs than these are thinned out as they are read, to the least and the greatest loss of each stretch, so that one of
 * any length takes no more memory than this (MinMaxLTTB, Van Der Donckt et al. 2023).
 */
const MOST_STEPS = 200_000;

/**
 * Reads the curve.
 *
 * @returns in the order of the steps: those of SHAPE with the first and the last of them, those of MEAN each as the
 *   last step of its stretch
 */
export async function readBatchCurve(
  store: RunStore,
  run: Run,
  { maxPoints, thinning = "SHAPE", mostSteps = MOST_STEPS, ...range }: CurveOptions,
): Promise<readonly BatchMetrics[]> {
  const first = range.fromStep ?? 1;
  const last = Math.min(range.toStep ?? Infinity, run.snapshot.step);
  const count = last - first + 1;
  if (count <= 0) return [];
  const pieces = readSteps(store, run, first, last);
  if (maxPoints === null || count <= maxPoints) return (await Array.fromAsync(pieces)).flat();
  switch (thinning) {
    case "MEAN":
      return await means(pieces, first, Math.ceil(count / maxPoints));
    case "SHAPE": {
      // As many as four times the points leave the algorithm its choice.
      const most = Math.max(mostSteps, 4 * maxPoints);
      const steps = count > most
        ? await extremes(pieces, Math.ceil(2 * count / most))
        : (await Array.fromAsync(pieces)).flat();
      return steps.length <= maxPoints ? steps : thinOut(steps, maxPoints);
    }
    default:
      return thinning satisfies never;
  }
}

/** The steps of a run within a range, some at a time. Who reads another curve of it at the same time reads along. */
async function* readSteps(
  store: RunStore,
  run: Run,
  first: number,
  last: number,
): AsyncGenerator<readonly BatchMetrics[], void> {
  const reads = sharedReads(store);
  const options = { limit: PIECE, types: ["batches"], afterStep: first - 1 } as const;
  for (let afterSeq = 0;;) {
    const piece = await reads.read(run, { afterSeq, ...options });
    const steps: BatchMetrics[] = [];
    let step = 0;
    for (const event of piece) {
      if (event.type !== "batches") continue;
      step = event.firstStep;
      for (const [at, loss] of event.losses.entries()) {
        if (step >= first && step <= last) {
          steps.push({ runId: run.id, epoch: event.epoch, step, loss, acc: event.accs[at] ?? NaN });
        }
        step++;
      }
    }
    yield steps;
    const end = piece.at(-1);
    if (!end || piece.length < PIECE || step > last) return;
    afterSeq = end.seq;
  }
}

/** The mean of each stretch of so many steps. */
async function means(
  pieces: AsyncIterable<readonly BatchMetrics[]>,
  first: number,
  stretch: number,
): Promise<readonly BatchMetrics[]> {
  const kept: BatchMetrics[] = [];
  let [count, loss, acc] = [0, 0, 0];
  let last: BatchMetrics | undefined;
  const end = () => {
    if (last && count > 0) kept.push({ ...last, loss: loss / count, acc: acc / count });
    [count, loss, acc] = [0, 0, 0];
  };
  for await (const steps of pieces) {
    for (const step of steps) {
      if ((step.step - first) % stretch === 0) end();
      count++;
      loss += step.loss;
      acc += step.acc;
      last = step;
    }
  }
  end();
  return kept;
}

/** Of each stretch of so many steps the two with the least and the greatest loss; and the first and last of all. */
async function extremes(
  pieces: AsyncIterable<readonly BatchMetrics[]>,
  stretch: number,
): Promise<readonly BatchMetrics[]> {
  const kept: BatchMetrics[] = [];
  let open: { least: BatchMetrics; greatest: BatchMetrics; last: BatchMetrics } | undefined;
  const end = () => {
    if (!open) return;
    const { least, greatest } = open;
    const [one, other] = least.step < greatest.step ? [least, greatest] : [greatest, least];
    kept.push(one);
    if (one !== other) kept.push(other);
  };
  for await (const steps of pieces) {
    for (const step of steps) {
      if (kept.length === 0 && !open) kept.push(step);
      else if (!open || step.step % stretch === 0) {
        end();
        open = { least: step, greatest: step, last: step };
      } else {
        if (step.loss < open.least.loss) open.least = step;
        if (step.loss > open.greatest.loss) open.greatest = step;
        open.last = step;
      }
    }
  }
  end();
  if (open && kept.at(-1) !== open.last) kept.push(open.last);
  return kept;
}

/** Largest Triangle Three Buckets (Steinarsson 2013). The buckets are as even as whole numbers allow. */
function thinOut(steps: readonly BatchMetrics[], points: number): readonly BatchMetrics[] {
  const toPoint = ({ step, loss }: BatchMetrics): [number, number] => [step, loss];
  const inner = steps.slice(1, -1);
  const edge = (bucket: number) => Math.floor(bucket * inner.length / (points - 2));
  const buckets = [
    steps.slice(0, 1),
    ...Array.from({ length: points - 2 }, (_, at) => inner.slice(edge(at), edge(at + 1))),
    steps.slice(-1),
  ].map((bucket) => bucket.map(toPoint));
  return LTTBIndexesForBuckets(buckets).flatMap((at) => steps[at] ?? []);
}
