/**
 * Downsamples a run's steps for a chart: either to steps that preserve the shape and spikes of the loss
 * curve, or to means of consecutive intervals.
 */
import { LTTBIndexesForBuckets } from "downsample/methods/LTTB.js";
import type { BatchMetrics } from "./follow.ts";
import { coalesceReads } from "./coalesced_reads.ts";
import type { Run } from "../log/run.ts";
import type { RunStore } from "../store/store.ts";

/** Minimum number of points of a curve. */
export const MIN_POINTS = 10;

/** Method of downsampling: steps that preserve the shape, or means. */
export type Thinning = "SHAPE" | "MEAN";

/** Selection of a curve. */
export interface CurveOptions {
  /** Maximum number of points; null for every step. */
  readonly maxPoints: number | null;
  /** Defaults to SHAPE. */
  readonly thinning?: Thinning;
  /** First step, from 1. Defaults to the run's first. */
  readonly fromStep?: number;
  /** Last step. Defaults to the run's latest. */
  readonly toStep?: number | undefined;
  /** Maximum number of steps held in memory. */
  readonly maxSteps?: number;
}

/** Events of one read, each of which holds many steps. */
const PIECE = 1000;

/**
 * Longer logs than these are thinned out as they are read, to the least and the greatest loss of each stretch, so that
 * one of any length takes no more memory than this (MinMaxLTTB, Van Der Donckt et al. 2023).
 */
const MAX_STEPS = 20_000;

/**
 * Reads the curve.
 *
 * @returns in the order of the steps: those of SHAPE with the first and the last of them, those of MEAN each as the
 *   last step of its stretch
 */
export async function readBatchCurve(
  store: RunStore,
  run: Run,
  { maxPoints, thinning = "SHAPE", maxSteps = MAX_STEPS, ...range }: CurveOptions,
): Promise<readonly BatchMetrics[]> {
  const first = range.fromStep ?? 1;
  const last = Math.min(range.toStep ?? Infinity, run.snapshot.step);
  const count = last - first + 1;
  if (count <= 0) return [];
  const steps: Steps = (visit) => visitSteps(store, run, { first, last, visit });
  if (maxPoints === null || count <= maxPoints) return await every(steps, run.id);
  switch (thinning) {
    case "MEAN":
      return await means(steps, run.id, { first, stretch: Math.ceil(count / maxPoints) });
    case "SHAPE": {
      // The algorithm chooses among at least four times as many steps.
      const most = Math.max(maxSteps, 4 * maxPoints);
      const kept = count > most
        ? await extremes(steps, run.id, Math.ceil(2 * count / most))
        : await every(steps, run.id);
      return kept.length <= maxPoints ? kept : thinOut(kept, maxPoints);
    }
    default:
      return thinning satisfies never;
  }
}

/** Receives one step after the other, as numbers instead of objects: there may be millions. */
type Visit = (step: number, loss: number, acc: number, epoch: number) => void;

/** Visits every step of a range. */
type Steps = (visit: Visit) => Promise<void>;

/** Reads the log of a run. Concurrent reads share it. */
async function visitSteps(
  store: RunStore,
  run: Run,
  { first, last, visit }: {
    readonly first: number;
    readonly last: number;
    readonly visit: Visit;
  },
): Promise<void> {
  const reads = coalesceReads(store);
  const options = { limit: PIECE, types: ["batches"], afterStep: first - 1 } as const;
  for (let afterSeq = 0;;) {
    const piece = await reads.read(run, { afterSeq, ...options });
    for (const event of piece) {
      if (event.type !== "batches") continue;
      const { epoch, firstStep, losses, accs } = event;
      const to = Math.min(losses.length - 1, last - firstStep);
      for (let at = Math.max(0, first - firstStep); at <= to; at++) {
        visit(firstStep + at, losses[at] ?? NaN, accs[at] ?? NaN, epoch);
      }
      if (firstStep + losses.length > last) return;
    }
    const end = piece.at(-1);
    if (!end || piece.length < PIECE) return;
    afterSeq = end.seq;
  }
}

async function every(steps: Steps, runId: string): Promise<readonly BatchMetrics[]> {
  const kept: BatchMetrics[] = [];
  await steps((step, loss, acc, epoch) => kept.push({ runId, epoch, step, loss, acc }));
  return kept;
}

/** Computes the mean of each interval of a number of steps. */
async function means(
  steps: Steps,
  runId: string,
  { first, stretch }: { readonly first: number; readonly stretch: number },
): Promise<readonly BatchMetrics[]> {
  const kept: BatchMetrics[] = [];
  let [count, losses, accs, lastStep, lastEpoch] = [0, 0, 0, 0, 0];
  const end = () => {
    if (count === 0) return;
    const mean = { loss: losses / count, acc: accs / count };
    kept.push({ runId, epoch: lastEpoch, step: lastStep, ...mean });
    [count, losses, accs] = [0, 0, 0];
  };
  await steps((step, loss, acc, epoch) => {
    if ((step - first) % stretch === 0) end();
    count++;
    losses += loss;
    accs += acc;
    lastStep = step;
    lastEpoch = epoch;
  });
  end();
  return kept;
}

/** Selects the steps with the lowest and highest loss of each interval, and the first and last of all. */
async function extremes(
  steps: Steps,
  runId: string,
  stretch: number,
): Promise<readonly BatchMetrics[]> {
  const kept: BatchMetrics[] = [];
  let least: BatchMetrics | undefined;
  let greatest: BatchMetrics | undefined;
  let [lastStep, lastLoss, lastAcc, lastEpoch] = [0, 0, 0, 0];
  const end = () => {
    if (!least || !greatest) return;
    const [one, other] = least.step < greatest.step ? [least, greatest] : [greatest, least];
    kept.push(one);
    if (one !== other) kept.push(other);
    least = greatest = undefined;
  };
  await steps((step, loss, acc, epoch) => {
    lastStep = step;
    lastLoss = loss;
    lastAcc = acc;
    lastEpoch = epoch;
    if (kept.length === 0 && !least) {
      kept.push({ runId, epoch, step, loss, acc });
      return;
    }
    if (step % stretch === 0) end();
    if (!least || !greatest) least = greatest = { runId, epoch, step, loss, acc };
    else if (loss < least.loss) least = { runId, epoch, step, loss, acc };
    else if (loss > greatest.loss) greatest = { runId, epoch, step, loss, acc };
  });
  end();
  if (kept.at(-1)?.step !== lastStep) {
    kept.push({ runId, epoch: lastEpoch, step: lastStep, loss: lastLoss, acc: lastAcc });
  }
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
