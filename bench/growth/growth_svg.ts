/** Costs over sizes as an SVG file's text: a panel for each that grows, a line for each engine. */
import { LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TitleComponent } from "echarts/components";
import { use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { axisStyle, chartTitle, FILE_WIDTH, fontOf, legend } from "../../pictures/chart_parts.ts";
import { count } from "../../lib/format.ts";
import { PALETTES } from "../../pictures/palette.ts";
import { renderSvg } from "../../pictures/render_svg.ts";
import type { Axis } from "./axes.ts";

use([LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

/** Times at the sizes of an axis. */
export interface Growth {
  readonly axis: Axis;
  readonly native: readonly number[];
  readonly tensorflow: readonly number[];
}

const HEIGHT = 640;
const TITLE = "The cost of training as it grows: native engine and TensorFlow";
const LINES = [["native engine", "native"], ["TensorFlow", "tensorflow"]] as const;
/** Places of the panels, two rows of two. */
const LEFTS = ["7%", "56%"] as const;
const TOPS = ["17%", "60%"] as const;

/** Draws two panels above two others. */
export function growthSvg(grown: readonly Growth[]): string {
  const palette = PALETTES.light;
  const option = {
    animation: false,
    backgroundColor: palette.background,
    textStyle: fontOf(false),
    title: chartTitle(TITLE, palette),
    legend: legend(palette, 40, LINES.map(([name]) => name), { layout: "row", interactive: false }),
    grid: grown.map((_, panel) => ({
      left: LEFTS[panel % 2],
      top: TOPS[Math.floor(panel / 2)],
      width: "40%",
      height: "25%",
    })),
    xAxis: grown.map(({ axis }, gridIndex) => ({
      ...axisStyle(palette, (size) => count(Math.round(size))),
      gridIndex,
      ...scaleOf(axis),
      min: axis.sizes[0],
      max: axis.sizes.at(-1),
      name: axis.label,
      nameLocation: "middle",
      nameGap: 28,
      splitLine: { show: false },
    })),
    yAxis: grown.map(({ axis, native, tensorflow }, gridIndex) => ({
      ...axisStyle(palette),
      gridIndex,
      type: Math.max(...native, ...tensorflow) > 10 * Math.min(...native, ...tensorflow)
        ? "log"
        : "value",
      name: axis.unit,
      nameTextStyle: { color: palette.ink, fontSize: 13, fontWeight: "bold", align: "left" },
      splitNumber: 4,
      splitLine: { lineStyle: { color: palette.rule } },
    })),
    series: grown.flatMap((growth, panel) =>
      LINES.map(([name, key], index) => ({
        name,
        type: "line",
        xAxisIndex: panel,
        yAxisIndex: panel,
        color: palette.lines[index],
        symbol: index === 0 ? "circle" : "diamond",
        symbolSize: 6,
        data: growth.axis.sizes.map((size, at) => [size, growth[key][at]]),
      }))
    ),
  };
  return renderSvg(option, { width: FILE_WIDTH, height: HEIGHT, label: TITLE });
}

/** Sizes that grow a lot stand on a logarithmic axis, whose ticks are powers of 2, or of 10 where these are many. */
function scaleOf({ sizes: [first = 1, ...others] }: Axis) {
  const ratio = (others.at(-1) ?? first) / first;
  return ratio > 16
    ? { type: "log", logBase: ratio > 1000 ? 10 : 2 }
    : { type: "value", minInterval: 1 };
}
