/**
 * The chart of a training, as an ECharts option: accuracy and loss, train and test, over epochs. One
 * builder serves the live chart of the page, its export and the server's files, so that they look alike.
 * It draws nothing itself and runs anywhere.
 */
import type { EChartsCoreOption } from "echarts/core";
import type { EpochEvent } from "../ml/event.ts";
import { FONT_FAMILY, type Palette, PALETTES, type Theme } from "./palette.ts";

/** What is drawn of an epoch. Accuracies are fractions, losses nats per sample. */
export type EpochPoint = Pick<
  EpochEvent,
  "number" | "trainAcc" | "trainLoss" | "testAcc" | "testLoss"
>;

/** A step of training between the epochs' points: `epoch` is its place on the axis, such as 1.25. */
export interface BatchPoint {
  readonly epoch: number;
  readonly acc: number;
  readonly loss: number;
}

/** How the curves are drawn. */
export interface CurvesOptions {
  readonly title?: string;
  readonly theme?: Theme;
  /** Panels side by side (a wide picture) or one above the other (a side panel). */
  readonly layout?: "row" | "column";
  /** The epochs asked for, so that the axis does not grow while training; the last one by default. */
  readonly epochs?: number;
  /** The single steps, drawn faintly behind the epochs. */
  readonly batches?: readonly BatchPoint[];
  /** Values under the pointer: for a chart on a page. */
  readonly interactive?: boolean;
}

type XY = readonly [x: number, y: number];

const PANELS = [
  { name: "Accuracy", unit: "%", train: "trainAcc", test: "testAcc", batch: "acc" },
  { name: "Loss", unit: "nats / sample", train: "trainLoss", test: "testLoss", batch: "loss" },
] as const;

/**
 * The ECharts option of a training's curves. Needs ECharts' LineChart, GridComponent, LegendComponent
 * and TitleComponent, with `interactive` also TooltipComponent.
 *
 * @example
 * ```ts
 * chart.setOption(curvesOption(epochs, { title: "BASIC_CNN", layout: "row" }));
 * ```
 */
export function curvesOption(
  epochs: readonly EpochPoint[],
  options: CurvesOptions = {},
): EChartsCoreOption {
  const { title = "", theme = "light", layout = "row", batches = [], interactive = false } =
    options;
  const palette = PALETTES[theme];
  const lastBatch = batches.at(-1)?.epoch ?? 0;
  const lastEpoch = Math.max(
    1,
    options.epochs ?? 0,
    epochs.at(-1)?.number ?? 0,
    Math.ceil(lastBatch),
  );
  return {
    animation: false,
    backgroundColor: interactive ? "transparent" : palette.background,
    textStyle: { fontFamily: FONT_FAMILY },
    title: {
      show: title !== "",
      text: title,
      left: "center",
      top: 12,
      textStyle: { color: palette.ink, fontSize: 17, fontWeight: "bold" },
    },
    legend: {
      top: title === "" ? 4 : 42,
      left: "center",
      itemWidth: 28,
      itemGap: 20,
      textStyle: { color: palette.ink, fontSize: 13 },
      // Clicking a legend away would be undone by the next update.
      selectedMode: false,
      data: batches.length > 0 ? ["train", "test", "each batch"] : ["train", "test"],
    },
    ...(interactive ? { tooltip: tooltip(palette) } : {}),
    grid: grids(layout, title === "" ? 34 : 74),
    xAxis: PANELS.map((_, gridIndex) => ({
      ...axis(palette),
      gridIndex,
      type: "value",
      name: "Epoch",
      nameLocation: "middle",
      nameGap: 28,
      min: batches.length > 0 || lastEpoch === 1 ? 0 : 1,
      max: lastEpoch,
      minInterval: 1,
      splitLine: { show: false },
    })),
    yAxis: PANELS.map(({ name, unit }, gridIndex) => ({
      ...axis(palette, unit === "%" ? percent : undefined),
      gridIndex,
      type: "value",
      name: `${name} (${unit})`,
      nameLocation: "end",
      nameTextStyle: {
        color: palette.ink,
        fontSize: 13,
        fontWeight: "bold",
        align: "left",
        padding: [0, 0, 2, -44],
      },
      splitNumber: 4,
      splitLine: { lineStyle: { color: palette.rule } },
      ...(unit === "%" ? accuracyRange(epochs, batches) : { min: 0 }),
    })),
    series: PANELS.flatMap((panel, index) => [
      {
        ...line(
          "each batch",
          index,
          palette.train,
          batches.map((b): XY => [b.epoch, b[panel.batch]]),
        ),
        z: 1,
        symbol: "none",
        sampling: "lttb",
        lineStyle: { width: 1, opacity: 0.35 },
        silent: true,
        tooltip: { show: false },
      },
      {
        ...line("train", index, palette.train, epochs.map((e): XY => [e.number, e[panel.train]])),
        z: 2,
        symbol: "circle",
        lineStyle: { width: 2.5 },
        showSymbol: epochs.length <= 60,
      },
      {
        ...line("test", index, palette.test, epochs.map((e): XY => [e.number, e[panel.test]])),
        z: 3,
        symbol: "diamond",
        lineStyle: { width: 2.5, type: [7, 4] },
        showSymbol: epochs.length <= 60,
      },
    ]),
  };
}

function line(name: string, panel: number, color: string, data: readonly XY[]) {
  return {
    name,
    type: "line",
    xAxisIndex: panel,
    yAxisIndex: panel,
    color,
    data,
    symbolSize: name === "test" ? 9 : 7,
    emphasis: { disabled: true },
  };
}

/** Rounds the lowest accuracy down to a tick, so that a curve between 97 and 99 % fills its panel. */
function accuracyRange(epochs: readonly EpochPoint[], batches: readonly BatchPoint[]) {
  const shown = epochs.flatMap((epoch) => [epoch.trainAcc, epoch.testAcc]);
  const lowest = batches.length > 0 || shown.length === 0 ? 0 : Math.min(...shown);
  const step = lowest > 0.98 ? 0.005 : lowest > 0.9 ? 0.02 : lowest > 0.5 ? 0.1 : 0.25;
  // A little under the lowest point, and clear of floating-point dust (0.30000000000000004).
  const min = Math.max(0, Math.round(Math.floor((lowest - 0.001) / step) * step * 1000) / 1000);
  return {
    min,
    max: 1,
    interval: step,
  };
}

function percent(fraction: number): string {
  return String(+(fraction * 100).toFixed(1));
}

function axis(palette: Palette, formatter?: (value: number) => string) {
  return {
    axisLabel: { color: palette.muted, fontSize: 12, ...(formatter ? { formatter } : {}) },
    nameTextStyle: { color: palette.ink, fontSize: 13 },
    axisLine: { show: true, lineStyle: { color: palette.muted } },
    axisTick: { lineStyle: { color: palette.muted } },
  };
}

function grids(layout: "row" | "column", top: number) {
  const [left, right] = [58, 22];
  return layout === "row"
    ? [
      { left, right: "52.5%", top: top + 26, bottom: 48 },
      { left: "54.5%", right, top: top + 26, bottom: 48 },
    ]
    : [
      { left, right, top: top + 26, height: "32%" },
      { left, right, bottom: 48, height: "32%" },
    ];
}

function tooltip(palette: Palette) {
  return {
    trigger: "axis",
    confine: true,
    backgroundColor: palette.background,
    borderColor: palette.rule,
    textStyle: { color: palette.ink, fontSize: 12 },
    valueFormatter: (value: unknown) =>
      typeof value === "number" ? value.toFixed(4) : String(value),
  };
}
