/**
 * Chart of several runs as an ECharts option: accuracy and loss over epochs, a line per run. Up to
 * eight runs differ in colour, dashes and symbols together.
 */
import type { EChartsCoreOption } from "echarts/core";
import {
  accuracyRange,
  epochAxis,
  fontOf,
  grids,
  isLogarithmic,
  type Layout,
  line,
  lossRange,
  metricAxis,
  tooltip,
  type XY,
} from "./chart_parts.ts";
import type { EpochPoint } from "./curves_option.ts";
import { PALETTES, type Theme } from "./palette.ts";

/** Maximum number of distinguishable runs. */
export const MAX_COMPARED = 8;

/** A run's line. */
export interface ComparedRun {
  readonly name: string;
  readonly epochs: readonly EpochPoint[];
}

/** Options of a comparison. */
export interface ComparisonOptions {
  /** Metrics to draw. */
  readonly split: "train" | "test";
  readonly theme?: Theme;
  readonly layout?: Layout;
}

/** Line style of a run, in the chart and beside its name. */
export interface LineStyle {
  readonly color: string;
  readonly dashed: boolean;
  readonly symbol: "circle" | "diamond" | "rect" | "triangle";
}

const SYMBOLS = ["circle", "diamond", "rect", "triangle"] as const;

/** Returns the style of the run at an index, from 0. */
export function lineStyleOf(index: number, theme: Theme): LineStyle {
  const { lines } = PALETTES[theme];
  const at = index % lines.length;
  return {
    color: lines[at] ?? lines[0],
    dashed: index >= lines.length,
    // A symbol of another colour's run: two runs of one epoch differ, whose dashes cannot be seen.
    symbol: SYMBOLS[(index + Math.floor(index / lines.length)) % SYMBOLS.length] ?? "circle",
  };
}

/** Builds the ECharts option of a comparison. It has no legend: the page has a table of the runs. */
export function comparisonOption(
  runs: readonly ComparedRun[],
  { split, theme = "light", layout = "row" }: ComparisonOptions,
): EChartsCoreOption {
  const palette = PALETTES[theme];
  const [acc, loss] = split === "train"
    ? ["trainAcc", "trainLoss"] as const
    : ["testAcc", "testLoss"] as const;
  const accuracies = runs.flatMap(({ epochs }) => epochs.map((epoch) => epoch[acc]));
  const lastEpoch = Math.max(2, ...runs.map(({ epochs }) => epochs.at(-1)?.number ?? 0));
  const word = split === "train" ? "Train" : "Test";
  return {
    animation: false,
    backgroundColor: "transparent",
    textStyle: fontOf(true),
    tooltip: tooltip(palette),
    grid: grids(layout, 4),
    xAxis: [0, 1].map((index) => epochAxis(palette, index, 1, lastEpoch)),
    yAxis: [
      metricAxis(
        palette,
        0,
        `${word} accuracy`,
        "%",
        accuracyRange(accuracies.length === 0 ? 0 : Math.min(...accuracies)),
      ),
      metricAxis(
        palette,
        1,
        `${word} loss`,
        "nats / sample",
        lossRange(
          isLogarithmic(runs.flatMap(({ epochs }) => epochs.map((at) => at[loss])), "auto"),
        ),
      ),
    ],
    series: runs.flatMap(({ name, epochs }, index) => {
      const { color, dashed, symbol } = lineStyleOf(index, theme);
      const look = {
        symbol,
        symbolSize: 7,
        showSymbol: epochs.length <= 60,
        lineStyle: { width: 2, type: dashed ? [6, 4] : "solid" },
      };
      return [acc, loss].map((metric, panel) => ({
        ...line(name, panel, color, epochs.map((epoch): XY => [epoch.number, epoch[metric]])),
        ...look,
      }));
    }),
  };
}
