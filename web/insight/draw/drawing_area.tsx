/// <reference lib="dom" />
/**
 * The area for drawing a digit with a mouse, a finger or a pen. Lines are as thick as in the network's
 * input.
 */
import { type PointerEvent, useEffect, useRef, useState } from "react";
import { type Frame, onFrame } from "../../parts/on_frame.ts";
import { useTheme } from "../../parts/use_theme.ts";
import { type Drawing, isEmpty, strokesOf } from "./drawing.ts";
import { paint } from "./paint.ts";
import type { Point } from "./strokes.ts";

interface DrawingAreaProps {
  readonly drawing: Drawing;
  /** Called at most once a frame while the pen moves. */
  onDraw(drawing: Drawing): void;
  /** Called when the pen touches the area and when it is lifted. */
  onPen(isDown: boolean): void;
}

/** A pen that touches the area. */
interface Pen {
  readonly pointer: number;
  /** Its path so far. */
  readonly points: Point[];
  draw(): void;
  readonly frame: Frame;
}

/** A square to draw in; reports each change, and when the pen touches it. */
export function DrawingArea({ drawing, onDraw, onPen }: DrawingAreaProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const pen = useRef<Pen>(undefined);
  const [side, setSide] = useState(0);
  const theme = useTheme();

  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setSide(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    if (canvas.current && side > 0) paint(canvas.current, drawing, side);
  }, [drawing, side, theme]);

  const touch = (event: PointerEvent<HTMLCanvasElement>) => {
    if (pen.current || event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const before = strokesOf(drawing);
    const points = [placeOf(event.nativeEvent, event.currentTarget)];
    const draw = () => onDraw({ kind: "strokes", strokes: [...before, [...points]] });
    pen.current = { pointer: event.pointerId, points, draw, frame: onFrame(draw) };
    draw();
    onPen(true);
  };
  const move = ({ pointerId, nativeEvent, currentTarget }: PointerEvent<HTMLCanvasElement>) => {
    if (pen.current?.pointer !== pointerId) return;
    for (const event of everyMove(nativeEvent)) {
      pen.current.points.push(placeOf(event, currentTarget));
    }
    pen.current.frame.request();
  };
  const lift = ({ pointerId }: PointerEvent<HTMLCanvasElement>) => {
    const { current } = pen;
    if (current?.pointer !== pointerId) return;
    pen.current = undefined;
    current.frame.cancel();
    current.draw();
    onPen(false);
  };

  return (
    <div className="drawing">
      <canvas
        ref={canvas}
        className="drawing-area"
        role="img"
        aria-label={isEmpty(drawing) ? "Drawing area, empty" : "Your drawing"}
        onPointerDown={touch}
        onPointerMove={move}
        onPointerUp={lift}
        onPointerCancel={lift}
      />
      {isEmpty(drawing) && <p className="drawing-hint" aria-hidden="true">Draw a digit here</p>}
    </div>
  );
}

/** Returns all positions since the last frame, if the browser reports them (over HTTPS and on localhost). */
function everyMove(event: globalThis.PointerEvent): readonly globalThis.PointerEvent[] {
  const events = "getCoalescedEvents" in event ? event.getCoalescedEvents() : [];
  return events.length > 0 ? events : [event];
}

function placeOf({ clientX, clientY }: globalThis.PointerEvent, area: Element): Point {
  const { left, top, width, height } = area.getBoundingClientRect();
  const within = (share: number) => Math.min(1, Math.max(0, share));
  return { x: within((clientX - left) / width), y: within((clientY - top) / height) };
}
