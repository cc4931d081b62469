/**
 * Renders SVG to PNG by resvg, compiled to WebAssembly, with the DejaVu fonts, so that pictures do not depend on
 * the fonts of a machine. Both are loaded with the first picture.
 */
import { initWasm, Resvg } from "@resvg/resvg-wasm";

const FONTS = ["DejaVuSans", "DejaVuSans-Bold"] as const;

let loading: Promise<readonly Uint8Array[]> | undefined;

/**
 * Renders an SVG picture.
 *
 * @param svg the text of an SVG file
 * @param scale PNG pixels per CSS pixel; 2 is sharp on paper and on dense screens
 * @returns the bytes of a PNG file
 * @throws if the text is not SVG
 */
export async function svgToPng(svg: string, scale = 2): Promise<Uint8Array<ArrayBuffer>> {
  const fontBuffers = await (loading ??= load());
  const resvg = new Resvg(svg, {
    fitTo: { mode: "zoom", value: scale },
    font: {
      fontBuffers: [...fontBuffers],
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
  await initWasm(await packageFile("@resvg/resvg-wasm/index_bg.wasm"));
  return Promise.all(FONTS.map((font) => packageFile(`dejavu-fonts-ttf/ttf/${font}.ttf`)));
}

function packageFile(specifier: string): Promise<Uint8Array<ArrayBuffer>> {
  return Deno.readFile(new URL(import.meta.resolve(specifier)));
}
