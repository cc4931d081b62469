/**
 * Chart of several runs as an ECharts option: accuracy and loss over epochs, a line per run. Up to
 * eight runs differ in colour, dashes and symbols together, so that they differ without colours too.
 */
import type { EChartsCoreOption } from "echarts/core";
import {
  accuracyRange,
  chartTitle,
  epochAxis,
  fontOf,
  grids,
  isLogarithmic,
  type Layout,
  line,
  lossRange,
  type LossScale,
  metricAxis,
  tooltip,
  type XY,
} from "./chart_parts.ts";
import type { EpochPoint } from "./curves_option.ts";
import { type Palette, PALETTES, type Theme } from "./palette.ts";
import { letterCount } from "./fonts/text_width.ts";

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
  /** Scale of the losses; 'auto' by default. */
  readonly lossScale?: LossScale;
  /** Title and legend of a picture that stands alone; the page has a table of the runs instead. Names must differ. */
  readonly file?: { readonly title: string; readonly width: number };
}

/** Line style of a run, in the chart and beside its name. */
export interface LineStyle {
  readonly color: string;
  /** Lengths of its dashes and of the gaps after them; none for a solid line. */
  readonly dashes: readonly number[];
  readonly symbol: "circle" | "diamond" | "rect" | "triangle";
}

const SYMBOLS = ["circle", "diamond", "rect", "triangle"] as const;
const DASHES = [[], [7, 4], [2, 3], [9, 3, 2, 3]] as const;

/** Number of epochs from which symbols are drawn at some of them only. */
const MANY_EPOCHS = 60;
/** Number of symbols of such a line. */
const SYMBOLS_OF_MANY = 8;

/** Distance of the symbols of runs of one epoch from each other, in epochs. */
const SPREAD = 0.1;

/** Height of a line of the legend. */
const LEGEND_LINE = 22;

/** Returns the style of the run at an index, from 0. */
export function lineStyleOf(index: number, theme: Theme): LineStyle {
  const { lines } = PALETTES[theme];
  const at = index % lines.length;
  return {
    color: lines[at] ?? lines[0],
    // Without colours, dashes and symbols together tell eight runs apart.
    dashes: DASHES[(index + 2 * Math.floor(index / DASHES.length)) % DASHES.length] ?? [],
    symbol: SYMBOLS[(index + Math.floor(index / SYMBOLS.length)) % SYMBOLS.length] ?? "circle",
  };
}

/** Returns the height that a comparison needs above its panels in a file. */
export function headingHeight(
  runs: readonly ComparedRun[],
  { title, width }: NonNullable<ComparisonOptions["file"]>,
): number {
  return legendTop(title) + legendLines(runs, width) * LEGEND_LINE + 4;
}

/**
 * Builds the ECharts option of a comparison. Needs ECharts' LineChart and GridComponent, for a file also
 * LegendComponent and TitleComponent, for a page TooltipComponent.
 */
export function comparisonOption(
  runs: readonly ComparedRun[],
  { split, theme = "light", layout = "row", lossScale = "auto", file }: ComparisonOptions,
): EChartsCoreOption {
  const palette = PALETTES[theme];
  const [acc, loss] = split === "train"
    ? ["trainAcc", "trainLoss"] as const
    : ["testAcc", "testLoss"] as const;
  const accuracies = runs.flatMap(({ epochs }) => epochs.map((epoch) => epoch[acc]));
  const lastEpoch = Math.max(2, ...runs.map(({ epochs }) => epochs.at(-1)?.number ?? 0));
  // A single epoch is a symbol, which would be half hidden by the axis and hide others.
  const firstEpoch = runs.some(({ epochs }) => epochs.length === 1) ? 0 : 1;
  const word = split === "train" ? "Train" : "Test";
  return {
    animation: false,
    backgroundColor: file ? palette.background : "transparent",
    textStyle: fontOf(!file),
    ...(file
      ? { title: chartTitle(file.title, palette), legend: legends(runs, file, palette) }
      : { tooltip: tooltip(palette, { isWhole: true }) }),
    grid: grids(layout, file ? headingHeight(runs, file) : 4),
    xAxis: [0, 1].map((index) => epochAxis(palette, index, firstEpoch, lastEpoch)),
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
          isLogarithmic(runs.flatMap(({ epochs }) => epochs.map((at) => at[loss])), lossScale),
        ),
      ),
    ],
    series: runs.flatMap(({ name, epochs }, index) => {
      const { color, dashes, symbol } = lineStyleOf(index, theme);
      const isLong = epochs.length > MANY_EPOCHS;
      const look = { symbol, symbolSize: 7 };
      return [acc, loss].flatMap((metric, panel) => {
        const aside = epochs.length === 1 ? SPREAD * (index - (runs.length - 1) / 2) : 0;
        const points = epochs.map((epoch): XY => [epoch.number + aside, epoch[metric]]);
        return [
          {
            ...line(name, panel, color, points),
            ...look,
            showSymbol: !isLong,
            lineStyle: { width: 2, type: dashes.length > 0 ? [...dashes] : "solid" },
          },
          ...isLong
            ? [{
              ...line(name, panel, color, some(points, index)),
              ...look,
              showSymbol: true,
              lineStyle: { width: 0 },
              silent: true,
              tooltip: { show: false },
            }]
            : [],
        ];
      });
    }),
  };
}

/**
 * Selects the points of a long line that have a symbol: other ones in each run, so that they do not hide each other.
 */
function some(points: readonly XY[], index: number): readonly XY[] {
  const every = points.length / SYMBOLS_OF_MANY;
  const first = every * (0.5 + index / MAX_COMPARED) % every;
  return Array.from(
    { length: SYMBOLS_OF_MANY },
    (_, at) => points[Math.floor(first + at * every)],
  ).filter((point) => point !== undefined);
}

function legendTop(title: string): number {
  return title === "" ? 8 : 42;
}

/** Returns the number of names side by side. */
function legendColumns(runs: readonly ComparedRun[], width: number): number {
  const widest = 60 + 8 * Math.max(1, ...runs.map(({ name }) => letterCount(name)));
  return Math.max(1, Math.min(4, runs.length, Math.floor(width / widest)));
}

function legendLines(runs: readonly ComparedRun[], width: number): number {
  return Math.ceil(runs.length / legendColumns(runs, width));
}

/** The names of the runs in columns, below each other. */
function legends(
  runs: readonly ComparedRun[],
  { title, width }: NonNullable<ComparisonOptions["file"]>,
  palette: Palette,
) {
  const columns = legendColumns(runs, width);
  const margin = 58;
  return Array.from({ length: columns }, (_, column) => ({
    orient: "vertical",
    left: margin + column * (width - margin) / columns,
    top: legendTop(title),
    padding: 0,
    itemWidth: 36,
    itemHeight: 12,
    itemGap: LEGEND_LINE - 14,
    textStyle: { color: palette.ink, fontSize: 13 },
    selectedMode: false,
    data: runs.filter((_, index) => index % columns === column).map(({ name }) => name),
  }));
}
