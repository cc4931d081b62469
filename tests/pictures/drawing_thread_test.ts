/** Drawing aside: the same pictures, and failures that stay with the picture that failed. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { drawPdf, drawPng } from "../../pictures/drawing_thread.ts";
import { svgToPdf } from "../../pictures/svg_to_pdf.ts";
import { svgToPng } from "../../pictures/svg_to_png.ts";

const square = (side: number) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}"><rect width="3" height="3"/></svg>`;

describe("drawPdf()", () => {
  it("converts what svgToPdf() converts, beside PNGs", async () => {
    const [pdf, png] = await Promise.all([drawPdf(square(8)), drawPng(square(8))]);
    assertEquals(pdf, await svgToPdf(square(8)));
    assertEquals(png, await svgToPng(square(8)));
  });

  it("refuses what has no size", async () => {
    const [wrong] = await Promise.allSettled([drawPdf("<p>")]);
    assertEquals(wrong.status, "rejected");
  });
});

describe("drawPng()", () => {
  it("draws what svgToPng() draws", async () => {
    assertEquals(await drawPng(square(8), 3), await svgToPng(square(8), 3));
  });

  it("answers each of many requests with its own picture", async () => {
    const sides = [4, 8, 16, 32];
    const drawn = await Promise.all(sides.map((side) => drawPng(square(side))));
    const expected = await Promise.all(sides.map((side) => svgToPng(square(side))));
    assertEquals(drawn, expected);
  });

  it("refuses what is no SVG, and draws the next one", async () => {
    const [wrong, right] = await Promise.allSettled([drawPng("<p>"), drawPng(square(8))]);
    assertEquals(wrong.status, "rejected");
    assertEquals(right.status, "fulfilled");
  });
});
