/// <reference lib="dom" />
/** The live chart: ECharts on a canvas, fed by the same option builder as the server's pictures. */
import { LineChart } from "echarts/charts";
import {
  GridComponent,
  LegendComponent,
  TitleComponent,
  TooltipComponent,
} from "echarts/components";
import { type ECharts, init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef, useState } from "react";
import { curvesOption } from "../../pictures/curves_option.ts";
import { percent } from "./format.ts";
import type { Curves } from "./use_curves.ts";
import { useTheme } from "./use_theme.ts";

use([LineChart, GridComponent, LegendComponent, TitleComponent, TooltipComponent, CanvasRenderer]);

/** From this width on the two panels stand side by side. */
const ROW_WIDTH = 560;

interface CurvesChartProps {
  readonly curves: Curves;
  /** How many epochs the run has in all. */
  readonly epochs: number;
}

export function CurvesChart({ curves, epochs }: CurvesChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts>(null);
  const look = useRef("");
  const [layout, setLayout] = useState<"row" | "column">("row");
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
      look.current = "";
    };
  }, []);

  useEffect(() => {
    const option = curvesOption(curves.epochs, {
      theme,
      layout,
      epochs,
      batches: curves.batches,
      interactive: true,
    });
    // New points change the data and the axes' ranges alone; everything is laid out only when the look changes.
    const nextLook = [theme, layout, curves.batches.length > 0].join();
    if (nextLook === look.current) {
      chart.current?.setOption({ series: option.series, xAxis: option.xAxis, yAxis: option.yAxis });
    } else {
      chart.current?.setOption(option, { notMerge: true });
    }
    look.current = nextLook;
  }, [curves, epochs, theme, layout]);

  return (
    <div
      ref={box}
      className="curves"
      data-layout={layout}
      data-points={curves.batches.length}
      data-testid="curves"
      role="img"
      aria-label={describe(curves, epochs)}
    />
  );
}

function describe({ epochs, batches }: Curves, all: number): string {
  const last = epochs.at(-1);
  if (!last) return `Curves of accuracy and loss: ${batches.length} batches, no epoch yet.`;
  return `Curves of accuracy and loss over ${last.number} of ${all} epochs. ` +
    `Test accuracy ${percent(last.testAcc)}, test loss ${last.testLoss.toFixed(3)}.`;
}
