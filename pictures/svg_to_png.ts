/**
 * Renders SVG to PNG by resvg, compiled to WebAssembly, with bundled fonts, and those of the machine for signs that
 * these lack. They are loaded with the first picture.
 */
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import { withFallbackFonts } from "./fonts/fallback_fonts.ts";
import { fontFolders } from "./fonts/font_folders.ts";
import { readFont, readPackageFile } from "./fonts/fonts.ts";

let loading: Promise<readonly Uint8Array[]> | undefined;

/**
 * Renders an SVG picture.
 *
 * @param svg the text of an SVG file
 * @param scale PNG pixels per CSS pixel; 2 is sharp on paper and on dense screens
 * @param folders folders of the machine's fonts
 * @returns the bytes of a PNG file
 * @throws if the text is not SVG
 */
export async function svgToPng(
  svg: string,
  scale = 2,
  folders: readonly string[] = fontFolders(),
): Promise<Uint8Array<ArrayBuffer>> {
  const fontBuffers = await (loading ??= load());
  const picture = await withFallbackFonts(svg, folders);
  const resvg = new Resvg(picture.svg, {
    fitTo: { mode: "zoom", value: scale },
    font: {
      fontBuffers: [...fontBuffers, ...picture.fonts.map(({ bytes }) => bytes)],
      defaultFontFamily: "DejaVu Sans",
      sansSerifFamily: "DejaVu Sans",
    },
  });
  try {
    const image = resvg.render();
    try {
      return new Uint8Array(image.asPng());
    } finally {
      image.free();
    }
  } finally {
    resvg.free();
  }
}

async function load(): Promise<readonly Uint8Array[]> {
  await initWasm(await readPackageFile("@resvg/resvg-wasm/index_bg.wasm"));
  return await Promise.all([readFont("regular"), readFont("bold")]);
}
