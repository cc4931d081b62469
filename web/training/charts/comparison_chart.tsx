/** The chart of a comparison. */
import { useCallback } from "react";
import type { Layout, LossScale } from "../../../pictures/chart_parts.ts";
import { type ComparedRun, comparisonOption } from "../../../pictures/comparison_option.ts";
import type { Theme } from "../../../pictures/palette.ts";
import { ChartBox } from "./chart_box.tsx";

interface ComparisonChartProps {
  readonly runs: readonly ComparedRun[];
  readonly split: "train" | "test";
  readonly lossScale: LossScale;
}

/** The curves of several runs, one line each. */
export function ComparisonChart({ runs, split, lossScale }: ComparisonChartProps) {
  const option = useCallback(
    (theme: Theme, layout: Layout) => comparisonOption(runs, { split, theme, layout, lossScale }),
    [runs, split, lossScale],
  );
  return (
    <ChartBox
      label={`Curves of ${split} accuracy and loss of ${
        runs.map(({ name }) => name).join(", ")
      }; the table below has their numbers.`}
      points={runs.reduce((sum, { epochs }) => sum + epochs.length, 0)}
      option={option}
    />
  );
}
