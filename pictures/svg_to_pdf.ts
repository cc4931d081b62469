/**
 * Converts this project's SVG pictures to PDF by PDFKit: lines stay lines and text stays text, in the bundled fonts,
 * and those of the machine for signs that these lack. A file holds the letters that it uses.
 */
import { Buffer } from "node:buffer";
import type { Font } from "fontkit";
import PDFDocument from "pdfkit";
import svgToPdfkit from "svg-to-pdfkit";
import { joinBytes } from "../lib/bytes.ts";
import { withFallbackFonts } from "./fonts/fallback_fonts.ts";
import { fontFolders } from "./fonts/font_folders.ts";
import { openFonts } from "./fonts/fonts.ts";

/** Name of the two fonts in a document. */
const REGULAR = "DejaVu Sans";
const BOLD = "DejaVu Sans Bold";

/** PDF points per CSS pixel: both are parts of an inch. */
const POINTS = 72 / 96;

/**
 * Converts an SVG picture to a PDF file of one page of its size. The same picture gives the same bytes.
 *
 * @param svg the text of an SVG file with width and height in CSS pixels
 * @param folders folders of the machine's fonts
 * @throws {TypeError} if the text has no size
 */
export async function svgToPdf(
  svg: string,
  folders: readonly string[] = fontFolders(),
): Promise<Uint8Array<ArrayBuffer>> {
  const [width, height] = sizeOf(svg);
  const fonts = await openFonts();
  const picture = await withFallbackFonts(svg, folders);
  const document = new PDFDocument({
    size: [width * POINTS, height * POINTS],
    margin: 0,
    // Otherwise a font of PDFKit's is read from the disk.
    font: opened(fonts.regular),
    // The time of the writing would make each file another.
    info: { CreationDate: new Date(0) },
  });
  const parts: Uint8Array[] = [];
  const isWritten = new Promise<void>((resolve, reject) => {
    document.on("data", (part: Uint8Array) => parts.push(part));
    document.on("end", resolve);
    document.on("error", reject);
  });
  document.registerFont(REGULAR, opened(fonts.regular));
  document.registerFont(BOLD, opened(fonts.bold));
  for (const { family, face, bytes } of picture.fonts) {
    document.registerFont(family, Buffer.from(bytes.buffer), face);
  }
  svgToPdfkit(document, picture.svg, 0, 0, {
    fontCallback: (families, isBold) =>
      picture.fonts.find(({ family }) => families.startsWith(`${family},`))?.family ??
        (isBold ? BOLD : REGULAR),
    warningCallback(warning) {
      throw new Error(`Cannot convert the picture to PDF: ${warning}`);
    },
  });
  document.end();
  await isWritten;
  return joinBytes(parts);
}

function sizeOf(svg: string): readonly [width: number, height: number] {
  const [tag = ""] = /<svg [^>]*>/.exec(svg) ?? [];
  const read = (name: string) => Number(new RegExp(` ${name}="([\\d.]+)"`).exec(tag)?.[1]);
  const [width, height] = [read("width"), read("height")];
  if (width > 0 && height > 0) return [width, height];
  throw new TypeError("Cannot convert the picture to PDF: it must be SVG with width and height.");
}

/** A font that is open, which PDFKit takes where its types ask for a file. */
function opened(font: Font): string {
  return font as unknown as string;
}
