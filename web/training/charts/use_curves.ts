/// <reference lib="dom" />
/**
 * A run's points: thinned out by the server up to now, then live. They may come by the thousand, and are
 * drawn at most six times a second.
 */
import { useEffect, useState } from "react";
import { follow } from "../../api/follow.ts";
import { retryRequest } from "../../api/retry_request.ts";
import { errorText } from "../../parts/error_text.ts";
import { onFrame } from "../../parts/on_frame.ts";
import { batchInterval, type CurvePoints, growingPoints, NO_POINTS } from "./curve_points.ts";
import { SHOWN_MEANS, SHOWN_STEPS } from "../../../pictures/trend.ts";
import { followEpochs, isRunOver } from "../run/follow_epochs.ts";
import { BATCHES_FEED, CURVE_QUERY, type Epoch, type RunItem } from "../operations.ts";
import { useResumptions } from "../run/use_resumptions.ts";
import { CURVE_REDRAW_MS } from "../../timeouts.ts";

export interface Curves {
  readonly epochs: readonly Epoch[];
  readonly points: CurvePoints;
  /** Learning rates of the whole run, equally spaced; none if they depend on how the training goes. */
  readonly rates: readonly number[];
  /** The last step received. */
  readonly step: number;
  /** True when the points from before the page was opened are loaded. */
  readonly loaded: boolean;
  /** The API's reason for refusing the run's points. */
  readonly error?: string;
}

const NOTHING: Curves = { epochs: [], points: NO_POINTS, rates: [], step: 0, loaded: false };

export function useCurves(run: RunItem): Curves {
  const { id, progress: { steps, epochs: allEpochs } } = run;
  const resumptions = useResumptions([run]);
  const [curves, setCurves] = useState(NOTHING);

  useEffect(() => {
    const abort = new AbortController();
    const { signal } = abort;
    const stepsPerEpoch = Math.max(1, steps / Math.max(1, allEpochs));
    const epochs: Epoch[] = [];
    let hasNewEpoch = false;
    let points = growingPoints({ steps: [], means: [] }, { stepsPerEpoch, steps });
    let loaded = false;
    let rates: readonly number[] = [];
    const frame = onFrame(() => {
      const copied = hasNewEpoch ? [...epochs] : undefined;
      hasNewEpoch = false;
      setCurves((before) => ({
        epochs: copied ?? before.epochs,
        points: points.copy(),
        rates,
        step: points.step,
        loaded,
      }));
    }, CURVE_REDRAW_MS);

    const followSteps = async () => {
      const answer = await retryRequest(
        CURVE_QUERY,
        { id, maxPoints: SHOWN_STEPS, maxMeans: SHOWN_MEANS },
        signal,
      );
      if (!answer?.run) return;
      points = growingPoints(answer.run, { stepsPerEpoch, steps });
      rates = answer.run.learningRates ?? [];
      loaded = true;
      frame.request();
      await follow(BATCHES_FEED, {
        variables: () => ({ runId: id, afterStep: points.step, every: batchInterval(steps) }),
        next({ batches }) {
          points.add(batches);
          frame.request();
        },
        isOver: () => isRunOver(id, signal),
      }, signal);
    };
    const hearEpoch = () => {
      hasNewEpoch = true;
      frame.request();
    };
    Promise.all([followEpochs(id, epochs, hearEpoch, signal), followSteps()]).catch((problem) => {
      if (!signal.aborted) setCurves((before) => ({ ...before, error: errorText(problem) }));
    });
    return () => {
      abort.abort();
      frame.cancel();
    };
  }, [id, steps, allEpochs, resumptions]);

  return curves;
}
