/** The DejaVu fonts of pictures, so that these do not depend on the fonts of a machine. */

const FILES = { regular: "DejaVuSans", bold: "DejaVuSans-Bold" } as const;

/** Weight of a font. */
export type FontWeight = keyof typeof FILES;

/** Reads a font's file. */
export function readFont(weight: FontWeight): Promise<Uint8Array<ArrayBuffer>> {
  return readPackageFile(`dejavu-fonts-ttf/ttf/${FILES[weight]}.ttf`);
}

/** Reads a file of an npm package. */
export function readPackageFile(specifier: string): Promise<Uint8Array<ArrayBuffer>> {
  return Deno.readFile(new URL(import.meta.resolve(specifier)));
}
