/** A run's curves, live: the same option builder as the server's pictures. */
import { useCallback } from "react";
import type { Layout } from "../../pictures/chart_parts.ts";
import { curvesOption } from "../../pictures/curves_option.ts";
import type { Theme } from "../../pictures/palette.ts";
import { percent } from "../parts/format.ts";
import { ChartBox } from "./chart_box.tsx";
import type { Curves } from "./use_curves.ts";

interface CurvesChartProps {
  readonly curves: Curves;
  /** How many epochs the run has in all. */
  readonly epochs: number;
}

export function CurvesChart({ curves, epochs }: CurvesChartProps) {
  const option = useCallback(
    (theme: Theme, layout: Layout) =>
      curvesOption(curves.epochs, {
        theme,
        layout,
        epochs,
        batches: curves.batches,
        interactive: true,
      }),
    [curves, epochs],
  );
  return (
    <ChartBox
      label={describe(curves, epochs)}
      look={String(curves.batches.length > 0)}
      points={curves.batches.length}
      option={option}
    />
  );
}

function describe({ epochs, batches }: Curves, all: number): string {
  const last = epochs.at(-1);
  if (!last) return `Curves of accuracy and loss: ${batches.length} batches, no epoch yet.`;
  return `Curves of accuracy and loss over ${last.number} of ${all} epochs. ` +
    `Test accuracy ${percent(last.testAcc)}, test loss ${last.testLoss.toFixed(3)}.`;
}
