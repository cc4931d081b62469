/// <reference lib="dom" />
/**
 * A run's points: thinned out by the server up to now, then live, until the server's take their place. They may come by
 * the thousand, and are drawn at most six times a second.
 */
import { useEffect, useRef, useState } from "react";
import { errorText } from "../../parts/error_text.ts";
import { onFrame } from "../../parts/on_frame.ts";
import { type CurvePoints, growingPoints, NO_POINTS } from "./curve_points.ts";
import { followPoints } from "./follow_points.ts";
import { followEpochs } from "../run/follow_epochs.ts";
import type { Epoch, RunItem } from "../operations.ts";
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

/** Reads a run's points and follows it until it has ended. */
export function useCurves(run: RunItem): Curves {
  const { id, progress: { steps, epochs: allEpochs } } = run;
  const latest = useRef(run);
  latest.current = run;
  const resumptions = useResumptions([run]);
  const [curves, setCurves] = useState(NOTHING);

  useEffect(() => {
    const abort = new AbortController();
    const { signal } = abort;
    const stepsPerEpoch = Math.max(1, steps / Math.max(1, allEpochs));
    const epochs: Epoch[] = [];
    let hasNewEpoch = false;
    const points = growingPoints({ stepsPerEpoch, steps });
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

    const hearEpoch = () => {
      hasNewEpoch = true;
      frame.request();
    };
    const heard = {
      onPoints: frame.request,
      onRates(all: readonly number[]) {
        rates = all;
        loaded = true;
        frame.request();
      },
    };
    Promise.all([
      followEpochs(id, epochs, hearEpoch, signal),
      followPoints(latest.current, points, heard, signal),
    ]).catch((problem) => {
      if (!signal.aborted) setCurves((before) => ({ ...before, error: errorText(problem) }));
    });
    return () => {
      abort.abort();
      frame.cancel();
    };
  }, [id, steps, allEpochs, resumptions]);

  return curves;
}
