/** The visible range of the curves, and buttons that change it without dragging. */
import type { ReactNode } from "react";
import { count } from "../../../lib/format.ts";
import { BackIcon, ForthIcon, MinusIcon, PlusIcon } from "../../parts/icons.tsx";
import { SHOWN_STEPS } from "../../../pictures/trend.ts";
import { LogScale } from "./log_scale.tsx";
import { scaleZoom, shiftZoom, stepsOf, type Zoom } from "./zoom.ts";

interface ZoomToolsProps {
  readonly zoom: Zoom | undefined;
  /** Of the whole run. */
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  /** The run's last step so far. */
  readonly lastStep: number;
  /** True if the range is drawn in as much detail as possible. */
  readonly close: boolean;
  /** True if the losses are on a logarithmic axis. */
  readonly isLog: boolean;
  onLog(isLog: boolean): void;
  onZoom(zoom: Zoom | undefined): void;
  /** More tools, after the scale. */
  readonly children?: ReactNode;
}

/** Buttons that zoom and move, and the steps that are visible. */
export function ZoomTools(props: ZoomToolsProps) {
  const { zoom, epochs, isLog, onLog, onZoom, children } = props;
  const seen = zoom ?? { from: 0, to: epochs };
  const tool = (label: string, icon: ReactNode, next: Zoom, disabled = false) => (
    <button
      type="button"
      className="button button-quiet button-icon"
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={() => onZoom(next)}
    >
      {icon}
    </button>
  );
  return (
    <div className="zoom" data-zoomed={zoom !== undefined} role="group" aria-label="Zoom">
      <span className="panel-note zoom-note" role="status">
        {zoom ? describe({ ...props, zoom }) : "Drag to zoom."}
      </span>
      <LogScale isLog={isLog} onLog={onLog} />
      {children}
      {zoom && (
        <>
          {tool("Earlier", <BackIcon />, shiftZoom(seen, -0.5), seen.from <= 0)}
          {tool("Later", <ForthIcon />, shiftZoom(seen, 0.5), seen.to >= epochs)}
          {tool("Zoom out", <MinusIcon />, scaleZoom(seen, 2))}
        </>
      )}
      {tool("Zoom in", <PlusIcon />, scaleZoom(seen, 0.5))}
      {zoom && (
        <button
          type="button"
          className="button button-quiet"
          onClick={() => onZoom(undefined)}
        >
          Reset zoom
        </button>
      )}
    </div>
  );
}

function describe(
  { zoom, stepsPerEpoch, lastStep, close }: ZoomToolsProps & { readonly zoom: Zoom },
): string {
  const { fromStep, toStep } = stepsOf(zoom, stepsPerEpoch);
  const last = Math.min(toStep, lastStep);
  if (last < fromStep) return "Nothing is trained here yet.";
  const range = `Steps ${count(fromStep)} to ${count(last)}`;
  if (!close) return `${range} …`;
  return last - fromStep < SHOWN_STEPS
    ? `${range}, every one`
    : `${range}, ${count(SHOWN_STEPS)} of them`;
}
