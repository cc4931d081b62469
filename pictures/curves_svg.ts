/** A training's curves as an SVG file's text, drawn by ECharts without a DOM. */
import { LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TitleComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { curvesOption, type CurvesOptions, type EpochPoint } from "./curves_option.ts";

use([LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

/** What the picture shows and its size in CSS pixels. */
export interface CurvesSvgOptions extends Omit<CurvesOptions, "interactive"> {
  readonly width?: number;
  readonly height?: number;
}

/**
 * Draws accuracy and loss over epochs.
 *
 * @example
 * ```ts
 * await Deno.writeTextFile("curves.svg", curvesSvg(epochs, { title: "BASIC_CNN, seed 1" }));
 * ```
 */
export function curvesSvg(epochs: readonly EpochPoint[], options: CurvesSvgOptions = {}): string {
  const { width = 960, height = 420, ...rest } = options;
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption(curvesOption(epochs, rest));
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}
