/** Drawings as pictures like MNIST's. */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { SIDE, type Stroke, toPixels } from "../../web/insight/draw/strokes.ts";
import { mnist } from "../ml/support/datasets.ts";

const SEVEN: readonly Stroke[] = [[{ x: 0.2, y: 0.2 }, { x: 0.7, y: 0.2 }, { x: 0.4, y: 0.8 }]];
const ONE: readonly Stroke[] = [[{ x: 0.5, y: 0.1 }, { x: 0.5, y: 0.9 }]];

describe("toPixels()", () => {
  it("gives 28 x 28 grey values from black to white, and nothing for nothing", () => {
    const pixels = toPixels(SEVEN) ?? [];
    assertEquals(pixels.length, SIDE * SIDE);
    assert(pixels.every((grey) => Number.isInteger(grey) && grey >= 0 && grey <= 255));
    assertEquals(Math.max(...pixels), 255);
    assertEquals(toPixels([]), undefined);
  });

  it("puts the centre of mass where MNIST has it", async () => {
    const count = 300;
    const { images } = await mnist("train", count);
    const size = SIDE * SIDE;
    const centres = Array.from(
      { length: count },
      (_, at) => centreOf(images.subarray(at * size, (at + 1) * size)),
    );
    const mean = (axis: "x" | "y") =>
      centres.reduce((sum, centre) => sum + centre[axis], 0) / count;
    for (const strokes of [SEVEN, ONE, [...SEVEN, ...ONE]]) {
      const { x, y } = centreOf(toPixels(strokes) ?? []);
      assert(Math.hypot(x - mean("x"), y - mean("y")) < 0.2, `${x}, ${y}`);
    }
  });

  it("fits the ink into a box of 20 pixels, with its proportions kept", () => {
    const { width, height } = inkOf(toPixels(SEVEN) ?? []);
    assert(Math.abs(height - 20) <= 1, `height ${height}`);
    assert(Math.abs(width - (2.6 + 17.4 * 0.5 / 0.6)) <= 1.5, `width ${width}`);
    // A one is not made broad.
    assert(inkOf(toPixels(ONE) ?? []).width <= 4);
  });

  it("is the same wherever it is drawn, and however large", () => {
    const moved = SEVEN.map((stroke) =>
      stroke.map(({ x, y }) => ({ x: 0.4 + x / 2, y: 0.3 + y / 2 }))
    );
    const [there, here] = [toPixels(moved) ?? [], toPixels(SEVEN) ?? []];
    assert(there.every((grey, at) => Math.abs(grey - (here[at] ?? NaN)) <= 1));
  });

  it("draws as thick as MNIST is written", async () => {
    const count = 300;
    const { images } = await mnist("train", count);
    const size = SIDE * SIDE;
    const thickness = Array.from(
      { length: count },
      (_, at) => thicknessOf(images.subarray(at * size, (at + 1) * size)),
    ).reduce((sum, one) => sum + one, 0) / count;
    for (const strokes of [SEVEN, ONE]) {
      assert(Math.abs(thicknessOf(toPixels(strokes) ?? []) - thickness) < 0.3);
    }
  });

  it("leaves a dot a dot", () => {
    const { width, height } = inkOf(toPixels([[{ x: 0.9, y: 0.1 }]]) ?? []);
    assert(width <= 4 && height <= 4);
    assert(width >= 2 && height >= 2);
  });
});

/** In pixels from the corner. */
function centreOf(pixels: ArrayLike<number>): { readonly x: number; readonly y: number } {
  let [all, x, y] = [0, 0, 0];
  for (const [at, grey] of Array.from(pixels).entries()) {
    all += grey;
    x += grey * (at % SIDE + 0.5);
    y += grey * (Math.floor(at / SIDE) + 0.5);
  }
  return { x: x / all, y: y / all };
}

/** Measures the box around the pixels that are mostly ink. */
function inkOf(pixels: readonly number[]): { readonly width: number; readonly height: number } {
  const inked = pixels.flatMap((grey, at) =>
    grey > 100 ? [{ x: at % SIDE, y: Math.floor(at / SIDE) }] : []
  );
  const range = (values: readonly number[]) => Math.max(...values) - Math.min(...values) + 1;
  return { width: range(inked.map(({ x }) => x)), height: range(inked.map(({ y }) => y)) };
}

/** Twice the area by the length of the outline. */
function thicknessOf(pixels: ArrayLike<number>): number {
  let [area, outline] = [0, 0];
  for (const [at, grey] of Array.from(pixels).entries()) {
    area += grey;
    const right = at % SIDE < SIDE - 1 ? pixels[at + 1] ?? 0 : 0;
    outline += Math.hypot(right - grey, (pixels[at + SIDE] ?? 0) - grey);
  }
  return 2 * area / outline;
}
