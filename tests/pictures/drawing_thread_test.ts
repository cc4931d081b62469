/** Drawing aside: the same pictures, and failures that stay with the picture that failed. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { createDrawer, drawPdf, drawPng } from "../../pictures/drawing_thread.ts";
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

describe("createDrawer()", () => {
  const newDrawer = () =>
    createDrawer({
      module: new URL("./stuck_worker.ts", import.meta.url),
      idleMs: 100,
      stuckMs: 4000,
      maxPending: 3,
    });
  const draw = async (...texts: readonly string[]) => {
    const { draw } = newDrawer();
    const outcomes = await Promise.allSettled(
      texts.map((text) => draw(text, { format: "png", scale: 1 })),
    );
    return outcomes.map((outcome) =>
      outcome.status === "fulfilled"
        ? new TextDecoder().decode(outcome.value)
        : outcome.reason.message
    );
  };
  const STUCK = "Cannot draw the picture: it took more than 4 s.";

  it("fails a picture that is stuck, and draws those after it in a new thread", async () => {
    assertEquals(await draw("a", "stuck", "b"), ["a", STUCK, "b"]);
  });

  it("fails all pictures of a thread that ends by itself", async () => {
    const ended = "The thread that draws pictures ended with exit code 3.";
    assertEquals(await draw("exit", "b"), [ended, ended]);
  });

  it("refuses a picture while too many are pending", async () => {
    const busy = "Cannot draw the picture: at most 3 may be drawn at a time, got one more. " +
      "Ask again in a few seconds.";
    assertEquals(await draw("a", "b", "c", "d"), ["a", "b", "c", busy]);
  });

  it("starts a new thread after one has ended", async () => {
    const { draw } = newDrawer();
    for (const text of ["a", "exit", "b"]) {
      const [outcome] = await Promise.allSettled([draw(text, { format: "pdf" })]);
      assertEquals(outcome.status, text === "exit" ? "rejected" : "fulfilled");
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  });
});
