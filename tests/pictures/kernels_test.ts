/** The pictures of kernels: each weight's square where it belongs, in the colour that the bar gives its value. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { decode, type DecodedPng } from "fast-png";
import { kernelsSvg } from "../../pictures/kernels_svg.ts";
import { svgToPng } from "../../pictures/svg_to_png.ts";
import { type Square, squaresOf, textsOf } from "./look.ts";

type Rgb = readonly [red: number, green: number, blue: number];

/** Four kernels of 2 x 2 on one channel: the first runs from the lowest weight to the highest, the others are 0. */
const FEW = {
  layer: "conv1",
  shape: [4, 1, 2, 2],
  values: [-0.5, -0.25, 0.25, 0.5, ...new Array<number>(12).fill(0)],
} as const;

function colorAt({ data, width, channels }: DecodedPng, x: number, y: number): Rgb {
  const at = channels * (y * width + x);
  return [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0];
}

describe("kernelsSvg()", () => {
  for (const theme of ["light", "dark"] as const) {
    it(`gives a weight the colour that the bar has for it (${theme})`, async () => {
      const svg = kernelsSvg(FEW, { theme });
      const png = decode(await svgToPng(svg, 1));
      assert(svg.startsWith(`<svg xmlns="http://www.w3.org/2000/svg" width="${png.width}" `));
      // The bar is right of the four kernels of 64 px with gaps of 10.
      const bar = 68 + 4 * 74 - 10 + 32 + 8;
      const [top, bottom] = [96, 96 + 64 - 1];
      const quarter = Math.round((bottom - top) / 4);
      const corners = [[0, 0], [1, 0], [0, 1], [1, 1]].map(([column = 0, row = 0]) =>
        colorAt(png, 68 + 16 + 32 * column, 96 + 16 + 32 * row)
      );
      const onBar = [bottom, bottom - quarter, top + quarter, top].map((y) => colorAt(png, bar, y));
      for (const [at, corner] of corners.entries()) {
        for (const [channel, value] of corner.entries()) {
          assert(Math.abs(value - (onBar[at]?.[channel] ?? NaN)) <= 6, `weight ${at}`);
        }
      }
      const [low, , , high] = corners;
      assert(low && high && high[0] > low[0] && low[2] > high[2], "blue below zero, red above");
    });
  }

  it("names the layer, the run, the step and the values of the bar", () => {
    const svg = kernelsSvg(FEW, { title: "<one> & other", place: "epoch 5, step 9,375" });
    assertEquals(textsOf(svg), [
      "<one> & other",
      "conv1: 4 kernels of 2 × 2 · epoch 5, step 9,375",
      "0",
      ...["+0.5", "0", "−0.5"],
      "weight",
    ]);
  });

  it("draws kernels on RGB images as colours: red where the red weight is high, grey where all are 0", async () => {
    // The first weight is red, the second cyan, the others are 0.
    const values = [0.5, -0.5, 0, 0, ...[-0.5, 0.5, 0, 0], ...[-0.5, 0.5, 0, 0]];
    const svg = kernelsSvg({ layer: "conv1", shape: [1, 3, 2, 2], values });
    const png = decode(await svgToPng(svg, 1));
    const [red, cyan, grey] = [[0, 0], [1, 0], [0, 1]].map(([column = 0, row = 0]) =>
      colorAt(png, 68 + 16 + 32 * column, 96 + 16 + 32 * row)
    );
    assertEquals([red, cyan], [[255, 0, 0], [0, 255, 255]]);
    assertEquals(grey, [128, 128, 128]);
    assert(textsOf(svg).some((text) => /kernel of 2 × 2 × RGB, grey is 0/.test(text)));
  });

  it("draws each weight once, and the same value in the same colour", () => {
    const values = Array.from({ length: 32 * 9 }, (_, at) => Math.sin(at % 36));
    const squares = squaresOf(kernelsSvg({ layer: "conv1", shape: [32, 1, 3, 3], values }));
    assertEquals(squares.length, 32 * 9);
    assertEquals(new Set(squares.map(({ x, y }) => `${x} ${y}`)).size, 32 * 9);
    // Kernel 0 and kernel 4 (36 weights on) have the same weights.
    const colors = (kernel: number) =>
      squares.filter(({ x, y }) => x >= kernel * 73 && x < kernel * 73 + 63 && y < 63).sort((
        a,
        b,
      ) => a.y - b.y || a.x - b.x).map(({ color }) => color);
    assertEquals(colors(0).length, 9);
    assertEquals(colors(4), colors(0));
    assertNotEquals(colors(1), colors(0));
  });

  it("puts kernels of many channels in columns, a row a channel", () => {
    const values = new Float32Array(3 * 2 * 9);
    // Of kernel 1, channel 0.
    values.fill(1, 18, 27);
    const squares = squaresOf(kernelsSvg({ layer: "conv2", shape: [3, 2, 3, 3], values }));
    const counts = Map.groupBy(squares, ({ color }) => color);
    const rare: readonly Square[] = [...counts.values()].find(({ length }) => length === 9) ?? [];
    assertEquals([...new Set(rare.map(({ y }) => y))], [0, 4, 8]);
    assertEquals([...new Set(rare.map(({ x }) => x))], [15, 19, 23]);
    assert(
      textsOf(kernelsSvg({ layer: "conv2", shape: [3, 2, 3, 3], values })).includes(
        "conv2: 3 kernels of 3 × 3 × 2 channels",
      ),
    );
  });

  it("draws weights that are all zero in the middle colour", () => {
    const squares = squaresOf(kernelsSvg({ ...FEW, values: new Float32Array(16) }));
    assertEquals([...new Set(squares.map(({ color }) => color))], ["#f7f7f7"]);
  });
});
