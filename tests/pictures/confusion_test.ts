/**
 * The pictures of confusion matrices: every count in its cell, shaded by its share of the row, readable on its shade.
 */
import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { decode } from "fast-png";
import { confusionSvg } from "../../pictures/confusion_svg.ts";
import { svgToPng } from "../../pictures/svg_to_png.ts";
import { placedTextsOf, textsOf } from "./look.ts";
import { forAllAsync } from "../support/for_all.ts";

const CLASSES = ["cat", "dog", "owl"];
const COUNTS = [[90, 9, 1], [0, 1234, 0], [30, 0, 30]];

/** The cells' colours by row, and the colours of the words in them. */
function cellsOf(svg: string) {
  return [...svg.matchAll(
    /<rect x="(\d+)" y="(\d+)" width="54" height="54" fill="(#\w{6})"[^>]*\/><text[^>]* fill="(#\w{6})">(\d+)</g,
  )].map(([, x, y, color = "", ink = "", text]) => ({
    x: Number(x),
    y: Number(y),
    color,
    ink,
    value: Number(text),
  }));
}

/** Of two colours, by WCAG. */
function contrast(one: string, other: string): number {
  const [a = 0, b = 0] = [one, other].map((color) => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const share = Number.parseInt(color.slice(at, at + 2), 16) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }).sort((a, b) => b - a);
  return (a + 0.05) / (b + 0.05);
}

describe("confusionSvg()", () => {
  it("names a hundred classes beside and below a picture of a readable size, with counts as tooltips", async () => {
    const classes = Array.from({ length: 100 }, (_, at) => `class ${at}`);
    const counts = classes.map((_, actual) =>
      classes.map((_, predicted) =>
        actual === predicted ? 9 : actual === 3 && predicted === 7 ? 1 : 0
      )
    );
    const svg = confusionSvg({ classes, counts });
    const texts = textsOf(svg);
    for (const name of classes) assertEquals(texts.filter((text) => text === name).length, 2, name);
    assert(svg.includes("<title>class 3 → class 7: 1</title>"));
    assertEquals(svg.match(/<title>/g)?.length, 101);
    const { width, height } = decode(await svgToPng(svg, 1));
    assert(width < 1600 && height < 1600, `${width} x ${height}`);
  });

  it("has each count in its cell: a row for the actual class, a column for the predicted", () => {
    const cells = cellsOf(confusionSvg({ classes: CLASSES, counts: COUNTS }));
    const [{ x: left, y: top } = { x: NaN, y: NaN }] = cells;
    assertEquals(cells.length, 9);
    for (const { x, y, value } of cells) {
      assertEquals(value, COUNTS[(y - top) / 54]?.[(x - left) / 54]);
    }
  });

  it("names rows, columns and axes, and says accuracy and n", () => {
    const svg = confusionSvg({ classes: CLASSES, counts: COUNTS }, {
      title: "Pets <&>",
      samples: "test set",
      place: "epoch 2, step 20",
    });
    const texts = textsOf(svg);
    assertEquals(texts.slice(0, 2), [
      "Pets <&>",
      "accuracy 97.13% · n = 1,394 (test set) · epoch 2, step 20",
    ]);
    for (const name of CLASSES) {
      assertEquals(texts.filter((text) => text === name).length, 2, name);
    }
    assert(texts.includes("actual") && texts.includes("predicted"));
    assert(texts.includes("share of row"));
    assertMatch(svg, /^<svg [^>]*role="img" aria-label="Pets &lt;&amp;&gt;: accuracy 97\.13% /);
    // Names stand beside their rows.
    const placed = placedTextsOf(svg);
    const rows = placed.filter(({ text, x }) => CLASSES.includes(text) && x < 80);
    assertEquals(rows.map(({ text }) => text), CLASSES);
    assertEquals(rows.map(({ y }) => y - (rows[0]?.y ?? 0)), [0, 54, 108]);
  });

  it("shades by the share of the row, not by the count", () => {
    const colors = cellsOf(confusionSvg({ classes: CLASSES, counts: COUNTS }));
    const [, dogs, , , many] = colors;
    const [half, , otherHalf] = colors.slice(6);
    assertEquals(half?.color, otherHalf?.color);
    assertEquals(many?.color, "#00345c");
    assertEquals(colors[3]?.color, "#ffffff");
    assertNotEquals(dogs?.color, half?.color);
  });

  it("writes counts so that they can be read on every shade", () => {
    for (const theme of ["light", "dark"] as const) {
      for (let found = 0; found <= 100; found++) {
        const svg = confusionSvg(
          { classes: ["a", "b"], counts: [[found, 100 - found], [0, 0]] },
          { theme },
        );
        for (const { color, ink, value } of cellsOf(svg)) {
          assert(contrast(color, ink) >= 4.5, `${value} in ${ink} on ${color}`);
        }
      }
    }
  });

  it("is a picture of its size, whatever the classes are called", async () => {
    await forAllAsync([
      fc.array(fc.string({ maxLength: 14 }), { minLength: 1, maxLength: 12 }),
      fc.string({ maxLength: 100 }),
    ], async (names, name) => {
      const [title = "", ...classes] = [name, ...names].map((text) => text.replace(/\p{Cc}/gu, ""));
      const counts = classes.map((_, row) => classes.map((_, column) => row * 1000 + column));
      const svg = confusionSvg({ classes, counts }, { title });
      const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
      const png = decode(await svgToPng(svg, 2));
      assertEquals([png.width, png.height], [2 * Number(width), 2 * Number(height)]);
      assert(textsOf(svg).includes(title));
    }, { numRuns: 15 });
  });

  it("gives the same file for the same counts, and another in the dark", () => {
    const counts = { classes: CLASSES, counts: COUNTS };
    assertEquals(confusionSvg(counts), confusionSvg(counts));
    assertNotEquals(confusionSvg(counts), confusionSvg(counts, { theme: "dark" }));
  });
});
