/// <reference lib="dom" />
/** Paints a drawing for users: in the page's ink, smooth, at the screen's resolution. */
import { type Drawing, strokesOf } from "./drawing.ts";
import { PEN, SIDE, type Stroke } from "./strokes.ts";

/**
 * Repaints the drawing. The ink is the canvas's CSS colour.
 *
 * @param side the canvas's side on the page, in CSS pixels
 */
export function paint(canvas: HTMLCanvasElement, drawing: Drawing, side: number): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const pixels = Math.round(side * devicePixelRatio);
  // Setting the size clears the canvas.
  canvas.width = canvas.height = pixels;
  const ink = getComputedStyle(canvas).color;
  context.fillStyle = context.strokeStyle = ink;
  if (drawing.kind === "sample") {
    context.imageSmoothingEnabled = false;
    context.drawImage(inkOf(drawing.sample.pixels), 0, 0, pixels, pixels);
    context.globalCompositeOperation = "source-in";
    context.fillRect(0, 0, pixels, pixels);
    return;
  }
  context.lineWidth = pixels * PEN / SIDE;
  context.lineCap = context.lineJoin = "round";
  for (const stroke of strokesOf(drawing)) {
    context.stroke(pathOf(stroke, pixels));
  }
}

/** Builds a smooth path through all points. */
function pathOf(stroke: Stroke, side: number): Path2D {
  const path = new Path2D();
  const [first, ...others] = stroke.map(({ x, y }) => ({ x: x * side, y: y * side }));
  if (!first) return path;
  path.moveTo(first.x, first.y);
  for (const [index, { x, y }] of others.entries()) {
    const next = others[index + 1];
    if (next) path.quadraticCurveTo(x, y, (x + next.x) / 2, (y + next.y) / 2);
    else path.lineTo(x, y);
  }
  // A dot has no length, but is drawn all the same.
  if (others.length === 0) path.lineTo(first.x, first.y);
  return path;
}

/** Draws a sample as ink on a transparent canvas. */
function inkOf(pixels: readonly number[]): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  const context = canvas.getContext("2d");
  const image = new ImageData(SIDE, SIDE);
  for (const [at, grey] of pixels.entries()) image.data[4 * at + 3] = grey;
  context?.putImageData(image, 0, 0);
  return canvas;
}
