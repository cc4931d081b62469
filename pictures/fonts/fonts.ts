/**
 * The DejaVu fonts of pictures, so that these do not depend on the fonts of a machine. They are opened once: reading
 * their tables takes longer than most pictures.
 */
import { Buffer } from "node:buffer";
import { create, type Font } from "fontkit";

const FILES = { regular: "DejaVuSans", bold: "DejaVuSans-Bold" } as const;

/** Weight of a font. */
export type FontWeight = keyof typeof FILES;

/** The bundled fonts, by weight. */
export type BundledFonts = Readonly<Record<FontWeight, Font>>;

let opening: Promise<BundledFonts> | undefined;

/** Opens the bundled fonts; they are the same objects each time. */
export function openFonts(): Promise<BundledFonts> {
  return opening ??= openBoth();
}

async function openBoth(): Promise<BundledFonts> {
  const open = async (weight: FontWeight) => {
    const font = create(Buffer.from((await readFont(weight)).buffer));
    if ("fonts" in font) throw new TypeError("A bundled font must be a single one.");
    return font;
  };
  const [regular, bold] = await Promise.all([open("regular"), open("bold")]);
  return { regular, bold };
}

/** Reads a font's file. */
export function readFont(weight: FontWeight): Promise<Uint8Array<ArrayBuffer>> {
  return readPackageFile(`dejavu-fonts-ttf/ttf/${FILES[weight]}.ttf`);
}

/** Reads a file of an npm package. */
export function readPackageFile(specifier: string): Promise<Uint8Array<ArrayBuffer>> {
  return Deno.readFile(new URL(import.meta.resolve(specifier)));
}
