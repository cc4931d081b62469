/**
 * The chart of a training, as an ECharts option: accuracy and loss of training, validation and test, over epochs. One
 * builder serves the live chart of the page, its export and the server's files, so that they look alike. It draws
 * nothing itself and runs anywhere.
 */
import type { EChartsCoreOption } from "echarts/core";
import type { EpochEvent } from "../ml/training/events.ts";
import {
  accuracyRange,
  chartNote,
  chartTitle,
  closeAxis,
  epochAxis,
  type EpochRange,
  fontOf,
  grids,
  isLogarithmic,
  type Layout,
  legend,
  line,
  lossRange,
  type LossScale,
  metricAxis,
  tooltip,
  type XY,
} from "./chart_parts.ts";
import { type Palette, PALETTES, type Theme } from "./palette.ts";
import { type BatchPoint, trendOf } from "./trend.ts";

/** Metrics of an epoch to draw. Accuracies are fractions, losses nats per sample. */
export type EpochPoint = Pick<
  EpochEvent,
  | "number"
  | "trainAcc"
  | "trainLoss"
  | "testAcc"
  | "testLoss"
  | "validationAcc"
  | "validationLoss"
>;

/** Options of the curves. */
export interface CurvesOptions {
  readonly title?: string;
  /** A line below the panels of a file, such as why the run has failed. */
  readonly note?: string;
  readonly theme?: Theme;
  readonly layout?: Layout;
  /** Number of epochs to be trained, so that the axis does not grow during training. Defaults to the last epoch. */
  readonly epochs?: number;
  /** The single steps, drawn faintly behind the epochs. */
  readonly batches?: readonly BatchPoint[];
  /** Means of the steps since the one before, and the time constant in epochs of the trend that is drawn of them. */
  readonly trend?: { readonly means: readonly BatchPoint[]; readonly epochs: number };
  /** Range of epochs to draw. Defaults to all. */
  readonly range?: EpochRange | undefined;
  /** Scale of the losses; 'auto' by default. */
  readonly lossScale?: LossScale;
  /** Shows a tooltip, for a chart on a page. */
  readonly interactive?: boolean;
}

/** Symbol of a thin line in the legend. */
const THIN_LINE = "path://M0,0H28V1.5H0Z";

/** Behind the epochs, and without a value under the pointer. */
const FAINT = { z: 1, symbol: "none", silent: true, tooltip: { show: false } } as const;

const PANELS = [
  {
    name: "Accuracy",
    unit: "%",
    train: "trainAcc",
    validation: "validationAcc",
    test: "testAcc",
    batch: "acc",
  },
  {
    name: "Loss",
    unit: "nats / sample",
    train: "trainLoss",
    validation: "validationLoss",
    test: "testLoss",
    batch: "loss",
  },
] as const;
type Panel = (typeof PANELS)[number];

/**
 * Builds the ECharts option of a training's curves. Needs ECharts' LineChart, GridComponent, LegendComponent
 * and TitleComponent, with `interactive` also TooltipComponent.
 *
 * @example
 * ```ts
 * chart.setOption(curvesOption(epochs, { title: "BASIC_CNN", layout: "row" }));
 * ```
 */
export function curvesOption(
  allEpochs: readonly EpochPoint[],
  options: CurvesOptions = {},
): EChartsCoreOption {
  const { title = "", note = "", theme = "light", layout = "row", range } = options;
  const { interactive = false } = options;
  const palette = PALETTES[theme];
  const lastBatch = options.batches?.at(-1)?.epoch ?? 0;
  const lastEpoch = Math.max(
    1,
    options.epochs ?? 0,
    allEpochs.at(-1)?.number ?? 0,
    Math.ceil(lastBatch),
  );
  const batches = within(options.batches ?? [], (batch) => batch.epoch, range);
  const epochs = within(allEpochs, (epoch) => epoch.number, range);
  const isLog = isLogarithmic(lossesOf(epochs, batches), options.lossScale ?? "auto");
  const { means = [], epochs: smoothed = 1 } = options.trend ?? {};
  const trend = within(
    trendOf(means, { epochs: smoothed, isLog }),
    (batch) => batch.epoch,
    range,
  );
  return {
    animation: false,
    backgroundColor: interactive ? "transparent" : palette.background,
    textStyle: fontOf(interactive),
    title: [chartTitle(title, palette), chartNote(note, palette)],
    legend: legend(palette, title === "" ? 4 : 42, [
      "train",
      "test",
      ...(hasValidation(allEpochs) ? ["validation"] : []),
      ...(batches.length > 0 ? [{ name: "each batch", icon: THIN_LINE }] : []),
    ], { layout, interactive }),
    ...(interactive ? { tooltip: tooltip(palette) } : {}),
    grid: grids(layout, title === "" ? 34 : 74, note),
    xAxis: PANELS.map((_, index) =>
      range
        ? closeAxis(palette, index, range)
        : epochAxis(palette, index, batches.length > 0 || lastEpoch === 1 ? 0 : 1, lastEpoch)
    ),
    yAxis: PANELS.map(({ name, unit }, index) =>
      metricAxis(
        palette,
        index,
        name,
        unit,
        unit === "%"
          ? accuracyRange(range ? lowest(epochs, batches, range) : lowestAccuracy(epochs, batches))
          : lossRange(isLog),
      )
    ),
    series: PANELS.flatMap((panel, index) => [
      ...batchLines(panel, index, { color: palette.train, batches, trend, isZoomed: !!range }),
      ...epochLines(panel, index, { palette, epochs }),
    ]),
  };
}

/** The single steps and their trend, behind the epochs. */
function batchLines(
  { batch }: Panel,
  index: number,
  { color, batches, trend, isZoomed }: {
    readonly color: string;
    readonly batches: readonly BatchPoint[];
    readonly trend: readonly BatchPoint[];
    readonly isZoomed: boolean;
  },
) {
  const pointOf = (point: BatchPoint): XY => [point.epoch, point[batch]];
  return [
    {
      ...line("each batch", index, color, batches.map(pointOf)),
      // In a zoomed chart, single steps have values under the pointer.
      ...(isZoomed ? { z: 1, symbol: "none" } : FAINT),
      sampling: "lttb",
      lineStyle: { width: 1, opacity: 0.2 },
    },
    {
      ...line("each batch", index, color, trend.map(pointOf)),
      ...FAINT,
      lineStyle: { width: 1.5, opacity: 0.6 },
    },
  ];
}

/** The metrics of the epochs. */
function epochLines(
  { train, validation, test }: Panel,
  index: number,
  { palette, epochs }: { readonly palette: Palette; readonly epochs: readonly EpochPoint[] },
) {
  const showSymbol = epochs.length <= 60;
  const validated = epochs.flatMap((e): XY[] => {
    const value = e[validation];
    return typeof value === "number" ? [[e.number, value]] : [];
  });
  return [
    {
      ...line("train", index, palette.train, epochs.map((e): XY => [e.number, e[train]])),
      z: 2,
      symbol: "circle",
      symbolSize: 7,
      lineStyle: { width: 2.5 },
      showSymbol,
    },
    {
      ...line("test", index, palette.test, epochs.map((e): XY => [e.number, e[test]])),
      z: 3,
      symbol: "diamond",
      symbolSize: 9,
      lineStyle: { width: 2.5, type: [7, 4] },
      showSymbol,
    },
    ...validated.length === 0 ? [] : [{
      ...line("validation", index, palette.validation, validated),
      z: 3,
      symbol: "triangle",
      symbolSize: 8,
      lineStyle: { width: 2.5, type: [2, 3] },
      showSymbol,
    }],
  ];
}

/** Returns every loss that is drawn. */
export function lossesOf(
  epochs: readonly EpochPoint[],
  batches: readonly BatchPoint[],
): readonly number[] {
  return [
    ...epochs.flatMap((epoch) => [epoch.trainLoss, epoch.testLoss, epoch.validationLoss ?? 0]),
    ...batches.map(({ loss }) => loss),
  ];
}

/** Returns whether samples are kept for validation. */
function hasValidation(epochs: readonly EpochPoint[]): boolean {
  return epochs.some(({ validationAcc }) => typeof validationAcc === "number");
}

/**
 * Returns the lowest accuracy of the epochs, or 0 before the second epoch: the first steps, at chance level, would
 * compress the curves. While a run is trained, the axis so narrows once, and from then on it only grows.
 */
function lowestAccuracy(epochs: readonly EpochPoint[], batches: readonly BatchPoint[]): number {
  if (epochs.length === 0 || batches.length > 0 && epochs.length < 2) return 0;
  return Math.min(...epochs.flatMap(accuraciesOf));
}

function accuraciesOf({ trainAcc, testAcc, validationAcc }: EpochPoint): readonly number[] {
  return [trainAcc, testAcc, ...typeof validationAcc === "number" ? [validationAcc] : []];
}

/** Returns the lowest accuracy within a range; 1 if there is none. */
function lowest(
  epochs: readonly EpochPoint[],
  batches: readonly BatchPoint[],
  { from, to }: NonNullable<CurvesOptions["range"]>,
): number {
  const isIn = (epoch: number) => epoch >= from && epoch <= to;
  return Math.min(
    1,
    ...epochs.filter(({ number }) => isIn(number)).flatMap(accuraciesOf),
    ...batches.filter(({ epoch }) => isIn(epoch)).map(({ acc }) => acc),
  );
}

/** Returns the points within a range and their neighbours, so that lines extend to the edges. */
function within<Point>(
  points: readonly Point[],
  placeOf: (point: Point) => number,
  range: CurvesOptions["range"],
): readonly Point[] {
  if (!range) return points;
  const first = points.findIndex((point) => placeOf(point) >= range.from);
  if (first < 0) return points.slice(-1);
  const after = points.findIndex((point) => placeOf(point) > range.to);
  return points.slice(Math.max(0, first - 1), after < 0 ? undefined : after + 1);
}
