/** The pictures of samples: each one's pixels where they belong, its label above, crisp at every size. */
import { assertEquals } from "@std/assert";
import { forAll, forAllAsync } from "../support/for_all.ts";
import { assertThrowsMatch } from "../support/errors.ts";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { decode } from "fast-png";
import { encodePng, pngDataUri } from "../../pictures/sample_png.ts";
import { samplesSvg } from "../../pictures/samples_svg.ts";
import { svgToPng } from "../../pictures/svg_to_png.ts";
import { textsOf } from "./look.ts";

/** Twenty samples, each of one grey of its own. */
const SAMPLES = Array.from({ length: 20 }, (_, index) => ({
  pixels: new Uint8Array(28 * 28).fill(10 * index),
  label: index % 10,
}));

describe("samplesSvg()", () => {
  it("draws two rows of ten, each with its label above", async () => {
    const svg = samplesSvg(SAMPLES, { title: "MNIST, training set" });
    assertEquals(textsOf(svg), ["MNIST, training set", ..."01234567890123456789"]);
    const { width, height, data } = decode(await svgToPng(svg, 1));
    assertEquals([width, height], [886, 280]);
    SAMPLES.forEach(({ pixels: [grey = 0] }, index) => {
      const x = 20 + 86 * (index % 10) + 36;
      const y = 54 + 110 * Math.floor(index / 10) + 24 + 36;
      assertEquals(data[4 * (y * width + x)], 255 - grey, `sample ${index}`);
    });
  });

  it("shows pixels as they are, on dark", async () => {
    const { width, data } = decode(await svgToPng(samplesSvg(SAMPLES, { theme: "dark" }), 1));
    assertEquals(data[4 * ((20 + 24 + 36) * width + 20 + 86 * 3 + 36)], 30);
  });

  it("shows colours as they are, and greys of photos", async () => {
    const green = Uint8Array.from({ length: 12 }, (_, at) => at % 3 === 1 ? 200 : 10);
    const grey = new Uint8Array(4).fill(90);
    const shown = async (svg: string) => {
      const { width, data } = decode(await svgToPng(svg, 1));
      const at = 4 * ((20 + 24 + 36) * width + 20 + 36);
      return [...data.subarray(at, at + 3)];
    };
    for (const theme of ["light", "dark"] as const) {
      const colours = samplesSvg([{ pixels: green, label: "g" }], { imageShape: [2, 2, 3], theme });
      assertEquals(await shown(colours), [10, 200, 10]);
      const photo = { imageShape: [2, 2], isWriting: false, theme } as const;
      assertEquals(await shown(samplesSvg([{ pixels: grey, label: "p" }], photo)), [90, 90, 90]);
    }
  });

  it("shortens long names, so that they do not run into each other", () => {
    const svg = samplesSvg([{ pixels: new Uint8Array(784), label: "golden retriever" }]);
    assertEquals(textsOf(svg), ["golden re…"]);
  });

  it("keeps pixels crisp", async () => {
    const pixels = new Uint8Array(28 * 28);
    for (let row = 0; row < 28; row++) pixels.fill(255, row * 28, row * 28 + 14);
    const svg = samplesSvg([{ pixels, label: "half" }], { cell: 280 });
    const { width, data } = decode(await svgToPng(svg, 1));
    const row = Array.from({ length: 280 }, (_, x) => data[4 * ((20 + 24 + 140) * width + 20 + x)]);
    assertEquals(row.slice(1, -1), [
      ...Array.from({ length: 139 }, () => 0),
      ...Array.from({ length: 139 }, () => 255),
    ]);
  });

  it("gives the same file for the same samples", () => {
    assertEquals(samplesSvg(SAMPLES), samplesSvg(SAMPLES));
  });

  it("is as wide as its samples, and XML whatever their labels are", async () => {
    await forAllAsync([
      fc.array(fc.string({ maxLength: 8 }), { maxLength: 12 }),
      fc.integer({ min: 1, max: 12 }),
    ], async (labels, columns) => {
      const samples = labels.map((label) => ({
        pixels: new Uint8Array(4),
        label: label.replace(/\p{Cc}/gu, ""),
      }));
      const svg = samplesSvg(samples, { imageShape: [2, 2], columns, cell: 10 });
      const { width } = decode(await svgToPng(svg, 1));
      const across = Math.max(1, Math.min(columns, samples.length));
      assertEquals(width, 40 + across * 10 + (across - 1) * 14);
    }, { numRuns: 40 });
  });
});

describe("encodePng()", () => {
  it("keeps every pixel", () => {
    forAll([
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 40 }),
      fc.infiniteStream(fc.integer({ min: 0, max: 255 })),
    ], (height, width, greys) => {
      const pixels = Uint8Array.from(greys.take(height * width));
      const image = decode(encodePng(pixels, height, width));
      assertEquals([image.height, image.width, image.channels], [height, width, 1]);
      assertEquals(image.data, pixels);
    }, { numRuns: 50 });
  });

  it("refuses a picture with too few or too many pixels", () => {
    assertThrowsMatch(() => encodePng(new Uint8Array(783), 28, 28), {
      name: "RangeError",
      message: "Cannot encode a PNG: a 28 x 28 picture must have 784 pixels, got 783.",
    });
  });

  it("gives a data URI of the same file", () => {
    const pixels = new Uint8Array(784).fill(7);
    const [, base64 = ""] = pngDataUri(pixels, 28, 28).split("data:image/png;base64,");
    assertEquals(Uint8Array.fromBase64(base64), encodePng(pixels, 28, 28));
  });
});
