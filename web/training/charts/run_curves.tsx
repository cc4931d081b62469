/**
 * The parts of a run that change with every step: its progress, curves and epochs. They are apart from the
 * rest, which is rendered less often.
 */
import { type ReactNode, Suspense } from "react";
import { lazyPart } from "../../parts/lazy_part.ts";
import { EpochNews } from "../run/epoch_announcement.tsx";
import { EpochTable } from "../run/epoch_table.tsx";
import type { RunItem } from "../operations.ts";
import { ProgressLine } from "../run/progress_line.tsx";
import { useCurves } from "./use_curves.ts";

// The chart library is a third of the page: it is loaded with the first run.
const CurvesChart = lazyPart(async () => (await import("./curves_chart.tsx")).CurvesChart);

interface RunCurvesProps {
  readonly run: RunItem;
  /** Selects the view below the progress. */
  readonly views: ReactNode;
  /** The view in place of the curves, if another is selected. */
  readonly inPlaceOfCurves: ReactNode;
}

/** The progress, the curves and the table of epochs of a run. */
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
