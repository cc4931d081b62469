/** Fonts of the machine in pictures, for signs that the bundled fonts lack. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { fileURLToPath } from "node:url";
import { decode } from "fast-png";
import { confusionSvg } from "../../pictures/confusion_svg.ts";
import { curvesSvg } from "../../pictures/curves_svg.ts";
import { withFallbackFonts } from "../../pictures/fonts/fallback_fonts.ts";
import { svgToPdf } from "../../pictures/svg_to_pdf.ts";
import { svgToPng } from "../../pictures/svg_to_png.ts";
import { letterCount } from "../../pictures/fonts/text_width.ts";

/** Holds a font in which 数 and 字 are squares (make_font.py). */
const FOLDERS = [fileURLToPath(new URL("fonts", import.meta.url))];

describe("a picture with signs that the bundled fonts lack", () => {
  it("names a font of the machine for them, each part of the line at its place", async () => {
    const { svg, fonts } = await withFallbackFonts(
      `<svg><text x="100" text-anchor="middle" font-size="10">数字&amp;1</text></svg>`,
      FOLDERS,
    );
    assertEquals(fonts.map(({ family }) => family), ["Squares"]);
    const [, first, text] =
      /<tspan x="([\d.]+)" text-anchor="start" font-family="Squares, [^"]*">([^<]*)</.exec(svg) ??
        [];
    assertEquals(text, "数字");
    const [, second, rest] = /<tspan x="([\d.]+)" text-anchor="start">([^<]*)</.exec(svg) ?? [];
    assertEquals(rest, "&amp;1");
    // Two squares of 10 px.
    assertEquals(Number(second) - Number(first), 20);
    assert(Number(first) < 100 && Number(second) < 100 + 10);
  });

  it("is left alone where the bundled fonts have all, or no font does", async () => {
    for (const text of ["Größe · 5 × 5 → 10", "Ελληνικά Русский עברית العربية", "漢"]) {
      const svg = curvesSvg([], { title: text });
      assertEquals(await withFallbackFonts(svg, FOLDERS), { svg, fonts: [] });
    }
    const svg = curvesSvg([], { title: "数" });
    assertEquals(await withFallbackFonts(svg, ["/nowhere"]), { svg, fonts: [] });
  });

  it("has them in PNG and PDF", async () => {
    const svg = curvesSvg([], { title: "数字数字 and letters" });
    const inkOf = async (folders: readonly string[]) => {
      const { data, channels } = decode(await svgToPng(svg, 1, folders));
      return data.filter((value, at) => at % channels === 0 && value < 100).length;
    };
    // Four squares have more ink than the outlines of four boxes.
    assert(await inkOf(FOLDERS) > await inkOf([]) + 400);
    const pdf = await svgToPdf(svg, FOLDERS);
    assertMatch(new TextDecoder("latin1").decode(pdf), /\+Squares\b/);
  });

  it("has them among the names of classes", async () => {
    const svg = confusionSvg({ classes: ["数", "a"], counts: [[9, 1], [2, 8]] });
    const marked = await withFallbackFonts(svg, FOLDERS);
    assertEquals(marked.svg.match(/font-family="Squares/g)?.length, 2);
    await svgToPng(marked.svg);
  });

  it("has room for them: they are wider than letters", () => {
    assertEquals(letterCount("abc"), 3);
    assertEquals(letterCount("数字"), 3.2);
    const sizeOf = (title: string) =>
      Number(
        /font-size:([\d.]+)px;[^>]*font-weight:bold[^>]*>数/.exec(curvesSvg([], { title }))?.[1],
      );
    assert(100 * sizeOf("数".repeat(100)) < 960);
  });
});
