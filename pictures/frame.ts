/**
 * Parts of drawings that are not charts: background, title, subtitle and colour bar. They are styled by
 * attributes, so that they can be embedded in a page.
 */
import { count } from "../lib/format.ts";
import type { ColorScale } from "./color_scale.ts";
import { escapeXml } from "./escape_xml.ts";
import { FONT_FAMILY, PALETTES, type Theme } from "./palette.ts";
import { letterCount } from "./fonts/text_width.ts";

/** Margin around the drawing. */
export const MARGIN = 24;

/** Height of the heading. */
export const HEADING_HEIGHT = 72;

/** Width of a colour bar with its values. */
export const BAR_SPACE = 116;

const TITLE_SIZE = 17;
const FACTS_SIZE = 14;
const BAR_WIDTH = 16;
const BAR_GAP = 32;

/** A framed drawing. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  /** Line below the title. */
  readonly facts: string;
  readonly theme: Theme;
}

/** A tick of a colour bar: its label and its position from 0 (bottom) to 1 (top). */
export interface Tick {
  readonly at: number;
  readonly text: string;
}

/** A colour bar. */
export interface Bar {
  /** Right edge of the drawing. */
  readonly right: number;
  readonly top: number;
  readonly height: number;
  /** Name of the quantity. */
  readonly name: string;
  readonly ticks: readonly Tick[];
  /** Returns the colour at a position from 0 (bottom) to 1 (top). */
  readonly colors: ColorScale;
  readonly theme: Theme;
}

/** Returns the text of an SVG file. Its default font size is 14 px, its default colour `ink`. */
export function framed({ width, height, title, facts, theme }: Frame, content: string): string {
  const { background, ink, muted } = PALETTES[theme];
  const middle = width / 2;
  const label = [title, facts].filter((text) => text !== "").join(": ");
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
    `viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeXml(label)}">` +
    `<rect width="${width}" height="${height}" fill="${background}"/>` +
    `<g font-family="${FONT_FAMILY}" font-size="${FACTS_SIZE}" fill="${ink}" text-anchor="middle">` +
    write(middle, MARGIN + 12, title, {
      "font-size": fitting(title, TITLE_SIZE, 0.7, width),
      "font-weight": "bold",
    }) +
    write(middle, MARGIN + 36, facts, {
      "font-size": fitting(facts, FACTS_SIZE, 0.6, width),
      fill: muted,
    }) +
    `${content}</g></svg>`;
}

/** Draws a line of text with its baseline at a position. */
export function write(
  x: number,
  y: number,
  text: string,
  attributes: Readonly<Record<string, string | number>> = {},
): string {
  const more = Object.entries(attributes).map(([name, value]) => ` ${name}="${value}"`).join("");
  return `<text x="${x}" y="${y}"${more}>${escapeXml(text)}</text>`;
}

/** Draws a colour bar. */
export function drawBar({ right, top, height, name, ticks, colors, theme }: Bar): string {
  const { muted } = PALETTES[theme];
  const left = right + BAR_GAP;
  const bands = Array.from(
    { length: height },
    (_, at) =>
      `<rect x="${left}" y="${top + at}" width="${BAR_WIDTH}" height="1" fill="${
        colors(1 - at / (height - 1))
      }"/>`,
  );
  const marks = ticks.map(({ at, text }) => {
    const y = top + Math.round((1 - at) * height);
    const x = left + BAR_WIDTH;
    return `<path d="M${x} ${y}h5" stroke="${muted}"/>` +
      write(x + 9, y + 5, text, { "text-anchor": "start" });
  });
  return `<g shape-rendering="crispEdges">${bands.join("")}` +
    `<rect x="${left - 0.5}" y="${top - 0.5}" width="${BAR_WIDTH + 1}" height="${height + 1}" ` +
    `fill="none" stroke="${muted}"/></g>${marks.join("")}` +
    write(left, top - 14, name, { "text-anchor": "start", fill: muted });
}

/** Formats a position in a training: 'epoch 5, step 9,375'. */
export function placeInTraining(
  { epoch, step }: { readonly epoch: number; readonly step: number },
): string {
  return `epoch ${epoch}, step ${count(step)}`;
}

/** Returns the font size at which a line fits between the margins. */
function fitting(text: string, size: number, letterWidth: number, width: number): number {
  const fits = (width - 2 * MARGIN) / (letterWidth * Math.max(1, letterCount(text)));
  return Math.min(size, Math.floor(10 * fits) / 10);
}
