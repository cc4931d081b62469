/**
 * A grid of samples with their labels above, ten in a row. Samples are dark on light, as on paper, with crisp
 * pixels at every size.
 */
import { escapeXml } from "./escape_xml.ts";
import { pngDataUri } from "./grey_png.ts";
import { FONT_FAMILY, PALETTES, type Theme } from "./palette.ts";

/** A sample to draw. */
export interface SamplePicture {
  /** 0..255, row-major [height, width]. */
  readonly pixels: Uint8Array;
  /** Name of the class, written above the sample. */
  readonly label: string | number;
}

/** Options of the grid. */
export interface SamplesSvgOptions {
  /** [height, width] of a sample. */
  readonly imageShape?: readonly [height: number, width: number];
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
  const { imageShape: [height, width] = [28, 28], columns = 10, cell = 72, title = "" } = options;
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
    const ink = options.theme === "dark" ? pixels : pixels.map((value) => 255 - value);
    return `<text x="${x + cell / 2}" y="${y + 16}">${escapeXml(String(label))}</text>` +
      `<image x="${x}" y="${y + LABEL_HEIGHT}" width="${cell}" height="${imageHeight}" ` +
      `href="${pngDataUri(ink, height, width)}"/>` +
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
