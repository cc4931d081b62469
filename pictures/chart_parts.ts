/** Parts of ECharts options that all charts share: panels on a grid, axes, lines, a tooltip. */
import { FONT_FAMILY, type Palette } from "./palette.ts";

export type XY = readonly [x: number, y: number];

/** Panels side by side (a wide picture) or one above the other (a side panel). */
export type Layout = "row" | "column";

/** Returns the grids of two panels. */
export function grids(layout: Layout, top: number) {
  const [left, right] = [58, 22];
  return layout === "row"
    ? [
      { left, right: "52.5%", top: top + 26, bottom: 48 },
      { left: "54.5%", right, top: top + 26, bottom: 48 },
    ]
    : [
      { left, right, top: top + 26, height: "31%" },
      { left, right, bottom: 48, height: "31%" },
    ];
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
      fontSize: Math.min(17, 1200 / text.length),
      fontWeight: "bold",
    },
  };
}

/** The axis of epochs under a panel. */
export function epochAxis(palette: Palette, gridIndex: number, min: number, max: number) {
  return {
    ...axis(palette),
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

/** The axis of epochs under a panel that shows a part of them. */
export function closeAxis(
  palette: Palette,
  gridIndex: number,
  { from, to }: { readonly from: number; readonly to: number },
) {
  const digits = Math.max(0, Math.ceil(-Math.log10(to - from)) + 1);
  const whole = epochAxis(palette, gridIndex, from, to);
  return {
    ...whole,
    minInterval: 0,
    axisLabel: {
      ...whole.axisLabel,
      // The ends are where the user stopped dragging.
      showMinLabel: false,
      showMaxLabel: false,
      formatter: (epoch: number) => String(+epoch.toFixed(digits)),
    },
  };
}

/** A metric's axis; its name stands above the panel. */
export function metricAxis(
  palette: Palette,
  gridIndex: number,
  name: string,
  unit: string,
  range: Readonly<Record<string, number>>,
) {
  return {
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
    emphasis: { disabled: true },
  };
}

/** Maximum number of ticks of an axis. */
const TICKS = 5;
const ACCURACY_STEPS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.25] as const;

/** Returns the range from the tick below the lowest accuracy to 1, so that curves between 97 and 99 % fill their panel. */
export function accuracyRange(lowest: number) {
  const step = ACCURACY_STEPS.find((candidate) => (1 - lowest) / candidate <= TICKS) ?? 0.25;
  // Slightly below the lowest point, without rounding errors (0.30000000000000004).
  const min = Math.max(0, Math.round(Math.floor((lowest - 0.001) / step) * step * 1000) / 1000);
  return { min, max: 1, interval: step };
}

/** The values under the pointer. */
export function tooltip(palette: Palette) {
  return {
    trigger: "axis",
    confine: true,
    backgroundColor: palette.background,
    borderColor: palette.rule,
    textStyle: { color: palette.ink, fontSize: 12 },
    valueFormatter: (value: unknown) =>
      typeof value === "number" ? value.toFixed(4) : String(value ?? "–"),
  };
}

/** Position and style of the legend. Lines cannot be hidden by a click: the next update would show them again. */
export function legend(palette: Palette, top: number, data: readonly unknown[]) {
  return {
    top,
    left: "center",
    itemWidth: 28,
    itemGap: 20,
    textStyle: { color: palette.ink, fontSize: 13 },
    selectedMode: false,
    data,
  };
}

/** Returns the font of the page for live charts, and the bundled one for files. */
export function fontOf(interactive: boolean): { readonly fontFamily: string } {
  return { fontFamily: interactive ? "Roboto, sans-serif" : FONT_FAMILY };
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
