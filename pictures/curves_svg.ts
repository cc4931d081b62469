/** A training's curves as an SVG file's text, drawn by ECharts without a DOM. */
import { LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TitleComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { escapeXml } from "./escape_xml.ts";
import { curvesOption, type CurvesOptions, type EpochPoint } from "./curves_option.ts";

use([LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

/** Content of the picture and its size in CSS pixels. */
export interface CurvesSvgOptions extends Omit<CurvesOptions, "interactive"> {
  readonly width?: number;
  readonly height?: number;
}

/** ECharts' painter behind renderToSVGString(), called with options that omit hover styles. */
interface SvgPainter {
  renderToString(options: { cssEmphasis: boolean; cssAnimation: boolean }): string;
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
    const painter = chart.getZr().painter as unknown as SvgPainter;
    const label = escapeXml(describe(epochs, rest.title));
    return painter.renderToString({ cssEmphasis: false, cssAnimation: false })
      // ECharts counts its charts; the same curves are to give the same file.
      .replaceAll(/\bzr\d+-/g, "chart-")
      .replace("<svg ", () => `<svg role="img" aria-label="${label}" `);
  } finally {
    chart.dispose();
  }
}

function describe(epochs: readonly EpochPoint[], title = ""): string {
  const last = epochs.at(-1);
  const what = `Accuracy and loss over ${epochs.length} epochs`;
  return [
    ...(title === "" ? [] : [title]),
    last ? `${what}, at the end ${(100 * last.testAcc).toFixed(2)} % test accuracy` : what,
  ].join(": ");
}
