/// <reference lib="dom" />
/** A run's points: thinned out by the server up to now, then live, until the server's take their place. */
import { delay } from "../../../lib/delay.ts";
import { batchInterval } from "../../../pictures/trend.ts";
import { isFinished } from "../../../runs/log/state.ts";
import { follow } from "../../api/follow.ts";
import { retryRequest } from "../../api/retry_request.ts";
import { CURVE_SETTLE_MS } from "../../timeouts.ts";
import { BATCHES_FEED, CURVE_QUERY, type RunItem } from "../operations.ts";
import { isRunOver } from "../run/follow_epochs.ts";
import { type GrowingPoints, MIN_POINTS, type StepRange } from "./curve_points.ts";

/** The first step alone: learning rates are read with any range. */
const FIRST_STEP: StepRange = { fromStep: 1, toStep: 1, maxPoints: MIN_POINTS };

/**
 * Follows a run's points until it has ended or the signal aborts.
 *
 * @param run as it is known now
 * @param points without any yet; those of the run are added
 * @param onPoints called after each addition
 * @param onRates receives the learning rates of the whole run, when the points up to now are there
 * @throws {ApiError} if the API refuses it
 */
export async function followPoints(
  { id, state, progress: { step, steps } }: RunItem,
  points: GrowingPoints,
  { onPoints, onRates }: {
    onPoints(): void;
    onRates(rates: readonly number[]): void;
  },
  signal: AbortSignal,
): Promise<void> {
  const interval = batchInterval(steps);
  /** Reads a range; resolves to undefined if the run is gone or the signal aborts. */
  const read = async (range: StepRange) =>
    (await retryRequest(CURVE_QUERY, { id, ...range }, signal))?.run;
  const settle = async (range: StepRange | undefined) => {
    const now = range && await read(range);
    if (!now) return false;
    points.settle(now);
    onPoints();
    return true;
  };
  // Whole intervals, as those that follow.
  const first = points.next(isFinished(state) ? step : step - step % interval);
  const before = await read(first ?? FIRST_STEP);
  if (!before) return;
  if (first) points.settle(before);
  onRates(before.learningRates ?? []);

  let settling: Promise<void> | undefined;
  const problem = Promise.withResolvers<void>();
  const settleAll = async () => {
    while (await settle(points.next())) await delay(CURVE_SETTLE_MS, signal);
  };
  const following = follow(BATCHES_FEED, {
    variables: () => ({ runId: id, afterStep: points.step, every: interval }),
    next({ batches }) {
      points.add(batches);
      onPoints();
      settling ??= settleAll().catch(problem.reject).finally(() => settling = undefined);
    },
    isOver: () => isRunOver(id, signal),
  }, signal);
  await Promise.race([following, problem.promise]);
  await settling;
  await settle(points.next(Math.min(steps, points.step + interval - 1)));
}
