/**
 * Fonts of the machine in place of the bundled ones, where these lack a sign. A viewer of SVG does that by itself; the
 * programs that convert a picture do it for whole lines, or not at all.
 */
import type { Font } from "fontkit";
import { escapeXml } from "../escape_xml.ts";
import { type BundledFonts, openFonts } from "./fonts.ts";
import { FONT_FAMILY } from "../palette.ts";
import { findFonts, type SystemFont } from "./system_fonts.ts";
import { readStyle } from "./text_style.ts";

/** A picture with the fonts of the machine that it needs, too. */
export interface WithFonts {
  readonly svg: string;
  readonly fonts: readonly SystemFont[];
}

/** A part of a line that one font draws: a bundled one if it is undefined. */
interface Stretch {
  readonly font: SystemFont | undefined;
  /** As it stands in the SVG, with its entities. */
  text: string;
}

/** Signs that the bundled fonts have: Latin, Greek, Cyrillic, punctuation, arrows and operators. */
const COMMON = /^[\0-\u052f\u2010-\u2027\u2030-\u205e\u2190-\u22ff]*$/;
/** Signs without a glyph: spaces, joiners, selectors of a variant. */
const INVISIBLE = /^[\s\u200b-\u200f\u2060\ufe00-\ufe0f\u{e0100}-\u{e01ef}]$/u;

const TEXTS = /(<text\b[^>]*>)([^<]*)(<\/text>)/g;

/**
 * Names fonts of the machine for the text that the bundled fonts lack. What no font has stays, and is drawn as boxes.
 *
 * @param svg the text of an SVG file of this project
 * @param folders folders of fonts
 */
export async function withFallbackFonts(
  svg: string,
  folders: readonly string[],
): Promise<WithFonts> {
  const text = Array.from(svg.matchAll(TEXTS), ([, , content = ""]) => content).join(" ");
  if (COMMON.test(text)) return { svg, fonts: [] };
  const own = await openFonts();
  const isOwn = (sign: string) =>
    INVISIBLE.test(sign) || own.regular.hasGlyphForCodePoint(sign.codePointAt(0) ?? 0);
  const lacking = [...new Set(text)].filter((sign) => !isOwn(sign)).join("");
  const fonts = lacking === "" ? [] : await findFonts(lacking, folders);
  if (fonts.length === 0) return { svg, fonts };
  const fontOf = (cluster: string): SystemFont | undefined => {
    const signs = [...cluster].filter((sign) => !INVISIBLE.test(sign));
    if (signs.every(isOwn)) return undefined;
    return fonts.find(({ font }) =>
      signs.every((sign) => font.hasGlyphForCodePoint(sign.codePointAt(0) ?? 0))
    );
  };
  const marked = svg.replaceAll(TEXTS, (line, start: string, content: string, end: string) => {
    const stretches = split(content, fontOf);
    return stretches.every(({ font }) => !font)
      ? line
      : start + place(stretches, start, svg, own) + end;
  });
  return { svg: marked, fonts };
}

/** Splits a text where another font begins. */
function split(
  content: string,
  fontOf: (cluster: string) => SystemFont | undefined,
): readonly Stretch[] {
  const stretches: Stretch[] = [];
  const add = (text: string, font: SystemFont | undefined) => {
    const last = stretches.at(-1);
    if (last?.font === font && last) last.text += text;
    else stretches.push({ font, text });
  };
  for (const [part] of content.matchAll(/&[^;]*;|[^&]+/g)) {
    if (part.startsWith("&")) {
      add(part, undefined);
      continue;
    }
    for (const { segment } of new Intl.Segmenter().segment(part)) {
      // A space between two words of a script belongs to them.
      add(segment, segment === " " ? stretches.at(-1)?.font : fontOf(segment));
    }
  }
  return stretches;
}

/**
 * Writes stretches one after the other: each at a place of its own, as resvg draws what has one in its own font only.
 */
function place(stretches: readonly Stretch[], tag: string, svg: string, own: BundledFonts): string {
  const { size, weight, anchor, x } = readStyle(tag, svg);
  const widths = stretches.map(({ font, text }) => {
    const { unitsPerEm, advanceWidth } = layOut(font?.font ?? own[weight], text);
    return advanceWidth * size / unitsPerEm;
  });
  const whole = widths.reduce((sum, width) => sum + width, 0);
  let left = x - { start: 0, middle: whole / 2, end: whole }[anchor];
  return stretches.map(({ font, text }, at) => {
    const family = font ? ` font-family="${escapeXml(font.family)}, ${FONT_FAMILY}"` : "";
    const tspan = `<tspan x="${left.toFixed(2)}" text-anchor="start"${family}>${text}</tspan>`;
    left += widths[at] ?? 0;
    return tspan;
  }).join("");
}

function layOut(font: Font, text: string) {
  // An entity is as wide as an ordinary letter.
  const { advanceWidth } = font.layout(text.replaceAll(/&[^;]*;/g, "o"));
  return { unitsPerEm: font.unitsPerEm, advanceWidth };
}
