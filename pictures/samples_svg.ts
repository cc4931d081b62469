/**
 * A grid of samples with their labels above, ten in a row, with crisp pixels at every size. Writing is dark on light,
 * as on paper; photos are as they are.
 */
import { escapeXml } from "./escape_xml.ts";
import { pngDataUri } from "./sample_png.ts";
import { FONT_FAMILY, PALETTES, type Theme } from "./palette.ts";

/** A sample to draw. */
export interface SamplePicture {
  /** 0..255, row-major [height, width, channels]. */
  readonly pixels: Uint8Array;
  /** Name of the class, written above the sample. */
  readonly label: string | number;
}

/** Options of the grid. */
export interface SamplesSvgOptions {
  /** [height, width, channels] of a sample: 1 channel, or 3. */
  readonly imageShape?: readonly [height: number, width: number, channels?: number];
  /** Shows light pixels as ink where the theme is light. Default: true for one channel. */
  readonly isWriting?: boolean;
  readonly columns?: number;
  /** CSS pixels of a sample's width. */
  readonly cell?: number;
  readonly title?: string;
  readonly theme?: Theme;
}

const GAP = 14;
const LABEL_HEIGHT = 24;
const MARGIN = 20;
const TITLE_HEIGHT = 34;

/** The largest number of letters above a sample of 72 pixels, with its gap. */
const MAX_LETTERS = 10;

/**
 * Draws samples in a grid.
 *
 * @example
 * ```ts
 * samplesSvg(samples.slice(0, 20), { title: "MNIST, training set" }); // 2 x 10
 * ```
 */
export function samplesSvg(
  samples: readonly SamplePicture[],
  options: SamplesSvgOptions = {},
): string {
  const { imageShape = [28, 28], columns = 10, cell = 72, title = "" } = options;
  const [height, width, channels = 1] = imageShape;
  const { isWriting = channels === 1 } = options;
  const isInverted = isWriting && options.theme !== "dark";
  const palette = PALETTES[options.theme ?? "light"];
  const imageHeight = Math.round(cell * height / width);
  const shownColumns = Math.max(1, Math.min(columns, samples.length));
  const rows = Math.ceil(samples.length / columns);
  const top = MARGIN + (title === "" ? 0 : TITLE_HEIGHT);
  const fullWidth = 2 * MARGIN + shownColumns * cell + (shownColumns - 1) * GAP;
  const fullHeight = top + rows * (LABEL_HEIGHT + imageHeight) + Math.max(0, rows - 1) * GAP +
    MARGIN;

  const cells = samples.map(({ pixels, label }, index) => {
    const x = MARGIN + (index % columns) * (cell + GAP);
    const y = top + Math.floor(index / columns) * (LABEL_HEIGHT + imageHeight + GAP);
    const shown = isInverted ? pixels.map((value) => 255 - value) : pixels;
    return `<text x="${x + cell / 2}" y="${y + 16}">${escapeXml(shorten(String(label)))}</text>` +
      `<image x="${x}" y="${y + LABEL_HEIGHT}" width="${cell}" height="${imageHeight}" ` +
      `href="${pngDataUri(shown, height, width, channels)}"/>` +
      `<rect x="${x - 0.5}" y="${y + LABEL_HEIGHT - 0.5}" width="${cell + 1}" height="${
        imageHeight + 1
      }"/>`;
  });
  const heading = title === ""
    ? ""
    : `<text class="title" x="${fullWidth / 2}" y="${MARGIN + 14}">${escapeXml(title)}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${fullWidth}" height="${fullHeight}" ` +
    `viewBox="0 0 ${fullWidth} ${fullHeight}" role="img" aria-label="${
      escapeXml(title || `${samples.length} samples with their labels`)
    }">` +
    // resvg ignores the shorthand `font`.
    `<style>text{font-family:${FONT_FAMILY};font-size:15px;fill:${palette.ink};text-anchor:middle}` +
    `.title{font-size:17px;font-weight:bold}` +
    // Browsers support the second value, resvg the first, which ignores unknown conditions of @supports.
    `image{image-rendering:optimizeSpeed}` +
    `@supports(image-rendering:pixelated){image{image-rendering:pixelated}}` +
    `rect{fill:none;stroke:${palette.rule}}</style>` +
    `<rect width="100%" height="100%" style="fill:${palette.background};stroke:none"/>` +
    `${heading}${cells.join("")}</svg>`;
}

function shorten(label: string): string {
  const letters = [...label];
  return letters.length <= MAX_LETTERS ? label : `${letters.slice(0, MAX_LETTERS - 1).join("")}…`;
}
