/** An ECharts option as an SVG file's text, without a DOM. */
import { type EChartsCoreOption, init } from "echarts/core";
import { escapeXml } from "./escape_xml.ts";

/** ECharts' painter behind renderToSVGString(), called with options that omit hover styles. */
interface SvgPainter {
  renderToString(options: { cssEmphasis: boolean; cssAnimation: boolean }): string;
}

/**
 * Renders a chart. Needs what the option uses of ECharts, and its SVGRenderer.
 *
 * @param size in CSS pixels, with a description for screen readers
 */
export function renderSvg(
  option: EChartsCoreOption,
  { width, height, label }: {
    readonly width: number;
    readonly height: number;
    readonly label: string;
  },
): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption(option);
    const painter = chart.getZr().painter as unknown as SvgPainter;
    return painter.renderToString({ cssEmphasis: false, cssAnimation: false })
      // ECharts counts its charts; the same curves are to give the same file.
      .replaceAll(/\bzr\d+-/g, "chart-")
      .replace("<svg ", () => `<svg role="img" aria-label="${escapeXml(label)}" `);
  } finally {
    chart.dispose();
  }
}
