/// <reference lib="dom" />
/** A range of a run's curve in as much detail as a chart can show, loaded when it is zoomed to. */
import { useEffect, useState } from "react";
import { delay } from "../../../lib/delay.ts";
import { retryRequest } from "../../api/retry_request.ts";
import { SHOWN_STEPS, toPoints } from "../../../pictures/trend.ts";
import type { CurvePoints } from "./curve_points.ts";
import { CURVE_QUERY } from "../operations.ts";
import { stepsOf, type Zoom } from "./zoom.ts";
import { CURVE_DEBOUNCE_MS } from "../../timeouts.ts";

/** @returns undefined without a zoom and until it is loaded */
export function useDetail(
  runId: string,
  zoom: Zoom | undefined,
  stepsPerEpoch: number,
): CurvePoints | undefined {
  const [detail, setDetail] = useState<{ readonly key: string; readonly points: CurvePoints }>();
  const range = zoom && stepsOf(zoom, stepsPerEpoch);
  const key = JSON.stringify(range ?? null);

  useEffect(() => {
    const range = JSON.parse(key) as ReturnType<typeof stepsOf> | null;
    if (range === null) return;
    const abort = new AbortController();
    const load = async () => {
      await delay(CURVE_DEBOUNCE_MS, abort.signal);
      const variables = { id: runId, maxPoints: SHOWN_STEPS, ...range };
      const run = (await retryRequest(CURVE_QUERY, variables, abort.signal))?.run;
      if (!run) return;
      setDetail({
        key,
        points: {
          steps: toPoints(run.steps, stepsPerEpoch),
          means: toPoints(run.means, stepsPerEpoch),
        },
      });
    };
    load().catch(console.error);
    return () => abort.abort();
  }, [runId, key, stepsPerEpoch]);

  return detail?.key === key ? detail.points : undefined;
}
