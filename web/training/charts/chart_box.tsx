/// <reference lib="dom" />
/**
 * A canvas that ECharts draws into, in the current theme and width. If it can be zoomed, a drag across a
 * panel selects a range of its axis, and a double click resets it.
 */
import { LineChart } from "echarts/charts";
import {
  GridComponent,
  LegendComponent,
  TitleComponent,
  TooltipComponent,
} from "echarts/components";
import { type ECharts, type EChartsCoreOption, init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { type PointerEvent, type RefObject, useEffect, useRef, useState } from "react";
import type { Layout } from "../../../pictures/chart_parts.ts";
import type { Theme } from "../../../pictures/palette.ts";
import { useTheme } from "../../parts/use_theme.ts";
import type { Zoom } from "./zoom.ts";

use([LineChart, GridComponent, LegendComponent, TitleComponent, TooltipComponent, CanvasRenderer]);

/** The width from which the two panels stand side by side. */
const ROW_WIDTH = 540;

interface ChartBoxProps {
  /** The chart's description for screen readers. */
  readonly label: string;
  /** The number of points and the last step, for tests. */
  readonly points: number;
  readonly step?: number | undefined;
  option(theme: Theme, layout: Layout): EChartsCoreOption;
  /** Called with the selected range; undefined for all. */
  readonly onZoom?: ((zoom: Zoom | undefined) => void) | undefined;
}

/** A drag across one of the panels, in pixels from the box's left edge. */
interface Drag {
  readonly panel: number;
  readonly from: number;
  readonly to: number;
}

const PANELS = [0, 1];
/** A shorter drag is a click. */
const MIN_DRAG = 6;

/** A chart with these options, drawn again when they or its width change. */
export function ChartBox({ label, points, step, option, onZoom }: ChartBoxProps) {
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
    if (!layout) return; // The box is not measured yet.
    const next = option(theme, layout);
    // With other lines the chart is laid out anew, as its legend changes as well.
    const nextLook = JSON.stringify([theme, layout, next.legend, lineNames(next)]);
    if (nextLook === drawnLook.current) {
      chart.current?.setOption({ series: next.series, xAxis: next.xAxis, yAxis: next.yAxis });
    } else {
      // Lines that were hidden by a click in the legend stay hidden.
      const [legend] = (chart.current?.getOption()?.legend ?? []) as { selected?: object }[];
      chart.current?.setOption(next, { notMerge: true });
      if (legend?.selected) chart.current?.setOption({ legend: { selected: legend.selected } });
    }
    drawnLook.current = nextLook;
  }, [option, theme, layout]);

  const { drag, ...handlers } = useDrag(chart, onZoom);

  return (
    <div
      className="curves-box"
      data-zoomable={onZoom !== undefined}
      {...handlers}
      onDoubleClick={() => onZoom?.(undefined)}
    >
      <div
        ref={box}
        className="curves"
        data-layout={layout}
        data-points={points}
        data-step={step}
        data-testid="curves"
        role="img"
        aria-label={label}
      />
      {drag && (
        <div
          className="curves-selection"
          style={{ left: Math.min(drag.from, drag.to), width: Math.abs(drag.to - drag.from) }}
        />
      )}
    </div>
  );
}

/** Handles drags across the panels of a chart: the drag so far, and the handlers of the box around the chart. */
function useDrag(chart: RefObject<ECharts | null>, onZoom: ChartBoxProps["onZoom"]) {
  const [drag, setDrag] = useState<Drag>();
  const position = (
    { clientX, clientY, currentTarget }: PointerEvent,
  ): readonly [number, number] => {
    const { left, top } = currentTarget.getBoundingClientRect();
    return [clientX - left, clientY - top];
  };
  const onPointerDown = (event: PointerEvent) => {
    // A finger scrolls the page.
    if (!onZoom || event.button !== 0 || event.pointerType === "touch") return;
    const [x, y] = position(event);
    const panel = PANELS.find((at) => chart.current?.containPixel({ gridIndex: at }, [x, y]));
    if (panel === undefined) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    setDrag({ panel, from: x, to: x });
  };
  const onPointerUp = () => {
    setDrag(undefined);
    if (!drag || Math.abs(drag.to - drag.from) < MIN_DRAG) return;
    const [from, to] = [drag.from, drag.to].map((x) =>
      Number(chart.current?.convertFromPixel({ xAxisIndex: drag.panel }, x))
    );
    if (from !== undefined && to !== undefined) {
      onZoom?.({ from: Math.min(from, to), to: Math.max(from, to) });
    }
  };
  return {
    drag,
    onPointerDown,
    onPointerMove: (event: PointerEvent) => drag && setDrag({ ...drag, to: position(event)[0] }),
    onPointerUp,
    onPointerCancel: () => setDrag(undefined),
  };
}

function lineNames({ series }: EChartsCoreOption): readonly unknown[] {
  const all: readonly unknown[] = Array.isArray(series) ? series : [series];
  return all.map((line) => typeof line === "object" && line && "name" in line ? line.name : null);
}
