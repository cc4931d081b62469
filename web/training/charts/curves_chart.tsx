/**
 * A run's live curves, by the same option builder as the server's pictures. Dragging across them zooms in.
 */
import { useCallback, useMemo, useState } from "react";
import { isLogarithmic, type Layout, type LossScale } from "../../../pictures/chart_parts.ts";
import { curvesOption, lossesOf } from "../../../pictures/curves_option.ts";
import type { Theme } from "../../../pictures/palette.ts";
import { lossText, percent } from "../../../lib/format.ts";
import { ChartBox } from "./chart_box.tsx";
import { smoothedSteps } from "../../../pictures/trend.ts";
import { withDetail } from "./curve_points.ts";
import type { RunItem } from "../operations.ts";
import type { Curves } from "./use_curves.ts";
import { useDetail } from "./use_detail.ts";
import { LearningRates } from "./learning_rates.tsx";
import { SavePicture } from "./save_picture.tsx";
import { fitZoom, type Zoom } from "./zoom.ts";
import { ZoomTools } from "./zoom_tools.tsx";

interface CurvesChartProps {
  readonly run: RunItem;
  readonly curves: Curves;
}

/** The curves of one run, which can be zoomed. */
export function CurvesChart({ run, curves }: CurvesChartProps) {
  const { epochs, steps } = run.progress;
  const stepsPerEpoch = Math.max(1, steps / Math.max(1, epochs));
  const [zoom, setZoom] = useState<Zoom>();
  const detail = useDetail(run.id, zoom, stepsPerEpoch);
  const points = useMemo(
    () => detail ? withDetail(curves.points, detail) : curves.points,
    [curves.points, detail],
  );
  const choose = useCallback(
    (zoom: Zoom | undefined) => setZoom(zoom && fitZoom(zoom, { epochs, stepsPerEpoch })),
    [epochs, stepsPerEpoch],
  );
  const [lossScale, setLossScale] = useState<LossScale>("auto");
  const isLog = useMemo(
    () => isLogarithmic(lossesOf(curves.epochs, points.steps), lossScale),
    [curves.epochs, points, lossScale],
  );
  const option = useCallback(
    (theme: Theme, layout: Layout) =>
      curvesOption(curves.epochs, {
        theme,
        layout,
        epochs,
        batches: points.steps,
        trend: { means: points.means, epochs: smoothedSteps(steps) / stepsPerEpoch },
        interactive: true,
        range: zoom && { ...zoom, stepsPerEpoch },
        lossScale: isLog ? "log" : "linear",
      }),
    [curves.epochs, points, epochs, steps, stepsPerEpoch, zoom, isLog],
  );
  return (
    <div className="curves-part">
      <ChartBox
        label={describe(curves, epochs)}
        points={points.steps.length}
        step={points.steps.at(-1)?.step ?? 0}
        option={option}
        onZoom={choose}
      />
      <LearningRates {...ratesOf(curves, run)} />
      {points.steps.length > 0 && (
        <ZoomTools
          zoom={zoom}
          epochs={epochs}
          stepsPerEpoch={stepsPerEpoch}
          lastStep={curves.step}
          close={detail !== undefined}
          isLog={isLog}
          onLog={(on) => setLossScale(on ? "log" : "linear")}
          onZoom={choose}
        >
          <SavePicture
            path={`/runs/${encodeURIComponent(run.id)}/curves`}
            parameters={{}}
            title={run.name}
            lossScale={lossScale}
            hasBatches
          />
        </ZoomTools>
      )}
    </div>
  );
}

/** Returns the rates of the whole run and how much of it is trained, or those that each epoch ended with. */
function ratesOf({ rates, epochs, step }: Curves, { state, progress }: RunItem) {
  if (rates.length === 0) return { rates: epochs.map(({ learningRate }) => learningRate) };
  // Not every step is received, and the last one may not be.
  return { rates, done: state === "COMPLETED" ? 1 : step / Math.max(1, progress.steps) };
}

function describe({ epochs, points }: Curves, all: number): string {
  const last = epochs.at(-1);
  if (!last) return `Curves of accuracy and loss: ${points.steps.length} batches, no epoch yet.`;
  return `Curves of accuracy and loss over ${last.number} of ${all} epochs. ` +
    `Test accuracy ${percent(last.testAcc)}, test loss ${lossText(last.testLoss, 3)}.`;
}
