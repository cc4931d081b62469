/** What grows while a run is trained: its progress, its curves, its epochs. Apart from the rest, which need not be drawn as often. */
import { type ReactNode, Suspense } from "react";
import { lazyPart } from "../../parts/lazy_part.ts";
import { EpochNews } from "../run/epoch_announcement.tsx";
import { EpochTable } from "../run/epoch_table.tsx";
import type { RunItem } from "../operations.ts";
import { ProgressLine } from "../run/progress_line.tsx";
import { useCurves } from "./use_curves.ts";

// The charts' library is a third of the page: it is loaded when there is a run to draw.
const CurvesChart = lazyPart(async () => (await import("./curves_chart.tsx")).CurvesChart);

interface RunCurvesProps {
  readonly run: RunItem;
  /** Chooses what is shown below the progress. */
  readonly views: ReactNode;
  /** What is shown there, if it is not the curves. */
  readonly inPlaceOfCurves: ReactNode;
}

export function RunCurves({ run, views, inPlaceOfCurves }: RunCurvesProps) {
  const curves = useCurves(run);
  return (
    <>
      {curves.error && <p className="panel-error" role="alert">{curves.error}</p>}
      <ProgressLine run={run} curves={curves} />
      {views}
      <EpochNews epochs={curves.epochs} all={run.progress.epochs} />
      {inPlaceOfCurves || (
        <>
          <Suspense fallback={<div className="curves" />}>
            <CurvesChart run={run} curves={curves} />
          </Suspense>
          <EpochTable epochs={curves.epochs} />
        </>
      )}
    </>
  );
}
