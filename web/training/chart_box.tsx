/// <reference lib="dom" />
/** A box that ECharts draws into, on a canvas: it knows the theme, its width and how to go away. */
import { LineChart } from "echarts/charts";
import {
  GridComponent,
  LegendComponent,
  TitleComponent,
  TooltipComponent,
} from "echarts/components";
import { type ECharts, type EChartsCoreOption, init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef, useState } from "react";
import type { Layout } from "../../pictures/chart_parts.ts";
import type { Theme } from "../../pictures/palette.ts";
import { useTheme } from "../parts/use_theme.ts";

use([LineChart, GridComponent, LegendComponent, TitleComponent, TooltipComponent, CanvasRenderer]);

/** From this width on the two panels stand side by side. */
const ROW_WIDTH = 540;

interface ChartBoxProps {
  /** What the chart shows, in words. */
  readonly label: string;
  /** Changes when more than points, axes and lines changes: the chart is then laid out anew. */
  readonly look: string;
  /** How many points there are, for tests. */
  readonly points: number;
  option(theme: Theme, layout: Layout): EChartsCoreOption;
}

export function ChartBox({ label, look, points, option }: ChartBoxProps) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts>(null);
  const drawnLook = useRef("");
  const [layout, setLayout] = useState<Layout>();
  const theme = useTheme();

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const drawn = chart.current = init(element, null, { renderer: "canvas" });
    const observer = new ResizeObserver(() => {
      setLayout(element.clientWidth >= ROW_WIDTH ? "row" : "column");
      drawn.resize();
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      drawn.dispose();
      chart.current = null;
      drawnLook.current = "";
    };
  }, []);

  useEffect(() => {
    if (!layout) return; // Not measured yet.
    const next = option(theme, layout);
    const nextLook = [theme, layout, look].join();
    if (nextLook === drawnLook.current) {
      chart.current?.setOption({ series: next.series, xAxis: next.xAxis, yAxis: next.yAxis });
    } else {
      chart.current?.setOption(next, { notMerge: true });
    }
    drawnLook.current = nextLook;
  }, [option, theme, layout, look]);

  return (
    <div
      ref={box}
      className="curves"
      data-layout={layout}
      data-points={points}
      data-testid="curves"
      role="img"
      aria-label={label}
    />
  );
}
