/**
 * Turns strokes into a picture like MNIST's: scaled to a box of 20 x 20 pixels, in grey levels, with the
 * centre of mass in the middle of 28 x 28 (LeCun et al., 1998). Lines are as thick as MNIST's at any scale.
 * Uses no canvas.
 */

/** A position on the drawing area: from 0 to 1, left to right and top to bottom. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The pen's path from touch to lift. One point is a dot. */
export type Stroke = readonly Point[];

/** Side of a picture, in pixels. */
export const SIDE = 28;

/** Side of the box that the ink is scaled to, in pixels. */
const BOX = 20;

/** Width of a line in pixels: gives a drawing the mean ink of MNIST's digits. */
export const PEN = 2.6;

/**
 * The target of the centre of mass, in pixels from the corner: MNIST's is in the middle of pixel (14, 14).
 */
const CENTRE = SIDE / 2 + 0.5;

/** A drawing smaller than this share of the area, such as a dot, is not scaled up to the box. */
const SMALLEST = 0.12;

interface Frame {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/**
 * Converts strokes to the input of a network trained on MNIST.
 *
 * @returns grey values, 0 black and 255 white, [28, 28] row by row; undefined without ink
 */
export function toPixels(strokes: readonly Stroke[]): number[] | undefined {
  const points = strokes.flat();
  if (points.length === 0) return undefined;
  const [left, right] = rangeOf(points.map(({ x }) => x));
  const [top, bottom] = rangeOf(points.map(({ y }) => y));
  const scale = (BOX - PEN) / Math.max(right - left, bottom - top, SMALLEST);
  const boxed = {
    scale,
    x: CENTRE - scale * (left + right) / 2,
    y: CENTRE - scale * (top + bottom) / 2,
  };
  const mass = massOf(draw(strokes, boxed));
  const centred = draw(strokes, {
    scale,
    x: boxed.x + CENTRE - mass.x,
    y: boxed.y + CENTRE - mass.y,
  });
  return Array.from(centred, (ink) => Math.round(255 * ink));
}

/** @returns ink from 0 to 1, [28, 28] */
function draw(strokes: readonly Stroke[], { scale, x, y }: Frame): Float32Array {
  const ink = new Float32Array(SIDE * SIDE);
  for (const stroke of strokes) {
    const placed = stroke.map((point) => ({ x: x + scale * point.x, y: y + scale * point.y }));
    for (const [index, to] of placed.entries()) drawLine(ink, placed[index - 1] ?? to, to);
  }
  return ink;
}

/** Draws a line with round ends; a pixel's ink is the part of it that the line covers. */
function drawLine(ink: Float32Array, from: Point, to: Point): void {
  const reach = PEN / 2 + 1;
  const [left, right] = rangeOf([from.x, to.x]);
  const [top, bottom] = rangeOf([from.y, to.y]);
  for (let row = pixelAt(top - reach); row <= pixelAt(bottom + reach); row++) {
    for (let column = pixelAt(left - reach); column <= pixelAt(right + reach); column++) {
      const distance = distanceTo(from, to, column + 0.5, row + 0.5);
      const covered = Math.min(1, Math.max(0, PEN / 2 + 0.5 - distance));
      const at = row * SIDE + column;
      ink[at] = Math.max(ink[at] ?? 0, covered);
    }
  }
}

function pixelAt(place: number): number {
  return Math.min(SIDE - 1, Math.max(0, Math.floor(place)));
}

/** Returns the distance of a position from a line. */
function distanceTo(from: Point, to: Point, x: number, y: number): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const along = ((x - from.x) * dx + (y - from.y) * dy) / (dx * dx + dy * dy || 1);
  const nearest = Math.min(1, Math.max(0, along));
  return Math.hypot(x - from.x - nearest * dx, y - from.y - nearest * dy);
}

/** Returns the centre of mass, in pixels from the corner. */
function massOf(ink: Float32Array): Point {
  let [all, x, y] = [0, 0, 0];
  for (const [at, share] of ink.entries()) {
    all += share;
    x += share * (at % SIDE + 0.5);
    y += share * (Math.floor(at / SIDE) + 0.5);
  }
  return { x: x / all, y: y / all };
}

function rangeOf(values: readonly number[]): readonly [min: number, max: number] {
  return values.reduce<readonly [number, number]>(
    ([min, max], value) => [Math.min(min, value), Math.max(max, value)],
    [Infinity, -Infinity],
  );
}
