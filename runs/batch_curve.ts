/**
 * A run's steps as a chart needs them: so many of them as can be told apart, chosen so that the curve of the loss
 * keeps its shape. Steps are left out, never averaged: each point is a step as the log has it.
 */
import { LTTBIndexesForBuckets } from "downsample/methods/LTTB.js";
import type { BatchMetrics } from "./follow.ts";
import type { Run, RunStore } from "./store.ts";

/** Fewer points than these show nothing. */
export const MIN_POINTS = 10;

/** Events of one read, each of which holds many steps. */
const PIECE = 200;

/**
 * Longer logs than these are thinned out as they are read, to the least and the greatest loss of each stretch, so that one of
 * any length takes no more memory than this (MinMaxLTTB, Van Der Donckt et al. 2023).
 */
const MOST_STEPS = 200_000;

/**
 * Reads the curve.
 *
 * @param options.maxPoints how many steps at most; null for every one
 * @param options.mostSteps how many to hold in memory where not every one is asked for
 * @returns in their order, with the first and the last of them
 */
export async function readBatchCurve(
  store: RunStore,
  { id, snapshot }: Run,
  { maxPoints, mostSteps = MOST_STEPS }: {
    readonly maxPoints: number | null;
    readonly mostSteps?: number;
  },
): Promise<readonly BatchMetrics[]> {
  // As many as four times the points leave the algorithm its choice.
  const most = maxPoints === null ? Infinity : Math.max(mostSteps, 4 * maxPoints);
  const steps = snapshot.step > most
    ? await extremes(readSteps(store, id), Math.ceil(2 * snapshot.step / most))
    : (await Array.fromAsync(readSteps(store, id))).flat();
  return maxPoints === null || steps.length <= maxPoints ? steps : thinOut(steps, maxPoints);
}

/** Every step of a run so far, some at a time. */
async function* readSteps(
  store: RunStore,
  runId: string,
): AsyncGenerator<readonly BatchMetrics[], void> {
  for (let afterSeq = 0;;) {
    const piece = await store.read(runId, { afterSeq, limit: PIECE, types: ["batches"] });
    yield piece.flatMap((event) => {
      if (event.type !== "batches") return [];
      const { epoch, firstStep, losses, accs } = event;
      return losses.map((loss, at): BatchMetrics => (
        { runId, epoch, step: firstStep + at, loss, acc: accs[at] ?? NaN }
      ));
    });
    const last = piece.at(-1);
    if (!last || piece.length < PIECE) return;
    afterSeq = last.seq;
  }
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
