/** Parts of ECharts options that all charts share: panels on a grid, axes, lines, a tooltip. */
import { compact, count, lossText } from "../lib/format.ts";
import { FONT_FAMILY, type Palette } from "./palette.ts";
import { letterCount } from "./fonts/text_width.ts";

export type XY = readonly [x: number, y: number];

/** Width of files, in CSS pixels. */
export const FILE_WIDTH = 960;

/** Panels side by side (a wide picture) or one above the other (a side panel). */
export type Layout = "row" | "column";

/** Height below the panels for their axes. */
const AXES_HEIGHT = 48;
/** Height of a note below the axes. */
const NOTE_HEIGHT = 20;

/** Returns the grids of two panels, with room for a note below them if there is one. */
export function grids(layout: Layout, top: number, note = "") {
  const [left, right] = [58, 22];
  const bottom = AXES_HEIGHT + (note === "" ? 0 : NOTE_HEIGHT);
  return layout === "row"
    ? [
      { left, right: "52.5%", top: top + 26, bottom },
      { left: "54.5%", right, top: top + 26, bottom },
    ]
    : [
      { left, right, top: top + 26, height: "31%" },
      { left, right, bottom, height: "31%" },
    ];
}

/** A note below the panels of a file, on one line. */
export function chartNote(text: string, palette: Palette) {
  const margin = 24;
  return {
    show: text !== "",
    text,
    left: margin,
    bottom: 4,
    textStyle: {
      color: palette.muted,
      fontSize: 12,
      fontWeight: "normal",
      width: FILE_WIDTH - 2 * margin,
      overflow: "truncate",
    },
  };
}

/** The title above all panels. */
export function chartTitle(text: string, palette: Palette) {
  return {
    show: text !== "",
    text,
    left: "center",
    top: 12,
    // A name of a hundred characters must fit.
    textStyle: {
      color: palette.ink,
      fontSize: Math.min(17, 1200 / letterCount(text)),
      fontWeight: "bold",
    },
  };
}

/** The axis of epochs under a panel. */
export function epochAxis(palette: Palette, gridIndex: number, min: number, max: number) {
  return {
    ...axisStyle(palette),
    gridIndex,
    type: "value",
    name: "Epoch",
    nameLocation: "middle",
    nameGap: 28,
    min,
    max,
    minInterval: 1,
    splitLine: { show: false },
  };
}

/** A range of epochs, and the length of one. */
export interface EpochRange {
  readonly from: number;
  readonly to: number;
  readonly stepsPerEpoch: number;
}

/** The axis under a panel that shows a part of the epochs: whole ones where there are several, and otherwise steps. */
export function closeAxis(
  palette: Palette,
  gridIndex: number,
  { from, to, stepsPerEpoch }: EpochRange,
) {
  const whole = epochAxis(palette, gridIndex, from, to);
  const hasEpochs = Math.floor(to) - Math.ceil(from) >= 1;
  const unit = hasEpochs ? 1 : stepsPerEpoch;
  // Round numbers: the ends of the axis are where the user stopped dragging.
  const interval = roundInterval((to - from) * unit / TICKS);
  const first = Math.ceil(from * unit / interval);
  const ticks = Array.from(
    { length: Math.floor(to * unit / interval) - first + 1 },
    (_, at) => (first + at) * interval / unit,
  );
  return {
    ...whole,
    name: hasEpochs ? "Epoch" : "Step",
    axisTick: { ...whole.axisTick, customValues: ticks },
    axisLabel: {
      ...whole.axisLabel,
      customValues: ticks,
      formatter: (epoch: number) => count(Math.round(epoch * unit)),
    },
  };
}

/** Returns the smallest of 1, 2, 5, 10, 20, 50 … that is not below a number. */
function roundInterval(least: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(least)));
  return unit * ([1, 2, 5].find((times) => unit * times >= least) ?? 10);
}

/** Scales of a loss axis: 'auto' is logarithmic where a linear one would show little. */
export const LOSS_SCALES = ["auto", "linear", "log"] as const;
export type LossScale = (typeof LOSS_SCALES)[number];

/** A linear axis shows the lowest of losses as its bottom line where the highest is this many times as high. */
const MAX_LINEAR_RATIO = 300;

/**
 * Returns whether losses are drawn on a logarithmic axis. By itself it is chosen where they differ by orders of
 * magnitude, as those of a training that diverges do.
 *
 * @param losses values of at least one line; a logarithm needs one above 0
 */
export function isLogarithmic(losses: readonly number[], scale: LossScale): boolean {
  if (scale === "linear") return false;
  let [lowest, highest] = [Infinity, 0];
  for (const loss of losses) {
    if (!(loss > 0)) continue;
    lowest = Math.min(lowest, loss);
    highest = Math.max(highest, loss);
  }
  if (highest === 0) return false;
  // A loss of 1e-6 at the end of a good training is no reason: what is below 0.01 nats looks like 0 on any axis.
  return scale === "log" || highest / Math.max(lowest, 0.01) > MAX_LINEAR_RATIO;
}

/** Returns the range of a loss axis. */
export function lossRange(isLog: boolean) {
  return isLog ? { type: "log", min: undefined } : { type: "value", min: 0 };
}

/** A metric's axis; its name stands above the panel. */
export function metricAxis(
  palette: Palette,
  gridIndex: number,
  name: string,
  unit: string,
  range: Readonly<Record<string, unknown>>,
) {
  return {
    ...axisStyle(palette, unit === "%" ? percent : compact),
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
    ...range,
  };
}

/** One line of a panel. */
export function line(name: string, panel: number, color: string, data: readonly XY[]) {
  return {
    name,
    type: "line",
    xAxisIndex: panel,
    yAxisIndex: panel,
    color,
    data,
    tooltip: {
      valueFormatter: (value: unknown) =>
        typeof value === "number" ? VALUE_FORMATS[panel]?.(value) ?? String(value) : "–",
    },
    emphasis: { disabled: true },
  };
}

/** Maximum number of ticks of an axis. */
const TICKS = 5;
const ACCURACY_STEPS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.25] as const;

/**
 * Returns the range from the tick below the lowest accuracy to 1, so that curves between 97 and 99 % fill their panel.
 */
export function accuracyRange(lowest: number) {
  const step = ACCURACY_STEPS.find((candidate) => (1 - lowest) / candidate <= TICKS) ?? 0.25;
  // Slightly below the lowest point, without rounding errors (0.30000000000000004).
  const min = Math.max(0, Math.round(Math.floor((lowest - 0.001) / step) * step * 1000) / 1000);
  return { min, max: 1, interval: step };
}

/** Formats of the values under the pointer, by panel: accuracies in percent, losses with four digits. */
const VALUE_FORMATS: readonly ((value: number) => string)[] = [
  (accuracy) => `${(100 * accuracy).toFixed(2)}%`,
  (loss) => lossText(loss),
];

/** The values under the pointer; `isWhole` where each point belongs to an epoch, beside which it may be drawn. */
export function tooltip(palette: Palette, { isWhole = false } = {}) {
  return {
    trigger: "axis",
    confine: true,
    backgroundColor: palette.background,
    borderColor: palette.rule,
    textStyle: { color: palette.ink, fontSize: 12 },
    axisPointer: {
      label: {
        formatter: ({ value }: { value: number }) => `Epoch ${+value.toFixed(isWhole ? 0 : 2)}`,
      },
    },
  };
}

/** Position and style of the legend: one line, also on a phone. On a page, a click hides a line. */
export function legend(
  palette: Palette,
  top: number,
  data: readonly unknown[],
  { layout, interactive }: { readonly layout: Layout; readonly interactive: boolean },
) {
  const isNarrow = layout === "column";
  return {
    top,
    left: "center",
    itemWidth: isNarrow ? 22 : 28,
    itemGap: isNarrow ? 10 : 20,
    textStyle: { color: palette.ink, fontSize: isNarrow ? 12 : 13 },
    inactiveColor: palette.muted,
    selectedMode: interactive ? "multiple" : false,
    data,
  };
}

/** Returns the font of the page for live charts, and the bundled one for files. */
export function fontOf(interactive: boolean): { readonly fontFamily: string } {
  return { fontFamily: interactive ? "system-ui, sans-serif" : FONT_FAMILY };
}

function percent(fraction: number): string {
  return String(+(fraction * 100).toFixed(1));
}

/** The colours and sizes of an axis. */
export function axisStyle(palette: Palette, formatter?: (value: number) => string) {
  return {
    axisLabel: { color: palette.muted, fontSize: 12, ...(formatter ? { formatter } : {}) },
    nameTextStyle: { color: palette.ink, fontSize: 13 },
    axisLine: { show: true, lineStyle: { color: palette.muted } },
    axisTick: { lineStyle: { color: palette.muted } },
  };
}
