/** Sources of imports: images in zip files. */
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import { encode } from "fast-png";

/** Encodes an image of one colour, or of pixels, as PNG. */
export function png(
  width: number,
  height: number,
  colour: readonly [number, number, number] | Uint8Array,
): Uint8Array {
  const data = colour instanceof Uint8Array
    ? colour
    : Uint8Array.from({ length: width * height * 3 }, (_, at) => colour[at % 3] ?? 0);
  return encode({ width, height, data, channels: 3, depth: 8 });
}

/** Writes a zip of files by their paths. */
export async function writeZip(
  path: string,
  files: Readonly<Record<string, Uint8Array | string>>,
): Promise<void> {
  await Deno.writeFile(path, await zipOf(files));
}

/** Packs files by their paths into a zip. */
export async function zipOf(
  files: Readonly<Record<string, Uint8Array | string>>,
): Promise<Uint8Array<ArrayBuffer>> {
  const zip = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
  for (const [name, content] of Object.entries(files)) {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    await zip.add(name, new Uint8ArrayReader(new Uint8Array(bytes)), { level: 1 });
  }
  return new Uint8Array(await zip.close());
}

/** Makes images of three classes, each in a colour of its own. */
export function colouredImages(perClass: number, prefix = ""): Record<string, Uint8Array> {
  const colours = { red: [200, 10, 10], green: [10, 200, 10], blue: [10, 10, 200] } as const;
  return Object.fromEntries(
    Object.entries(colours).flatMap(([name, [red, green, blue]]) =>
      Array.from({ length: perClass }, (_, at) => [
        `${prefix}${name}/${at}.png`,
        png(12, 10, [red, green, blue + at]),
      ])
    ),
  );
}

/** Makes images of many classes, each in a colour of its own: 'hue 000' is red, the others follow around the circle. */
export function hueImages(classes: number, perClass: number): Record<string, Uint8Array> {
  const images: [string, Uint8Array][] = [];
  for (let at = 0; at < classes; at++) {
    const colour = hue(at / classes);
    const name = `hue ${String(at).padStart(3, "0")}`;
    for (let copy = 0; copy < perClass; copy++) {
      images.push([`${name}/${copy}.png`, png(16, 16, colour)]);
    }
  }
  return Object.fromEntries(images);
}

/** Returns a bright colour. @param share place in the circle of colours, from 0 to 1 */
export function hue(share: number): readonly [red: number, green: number, blue: number] {
  const of = (offset: number) => {
    const place = (offset + share * 6) % 6;
    return Math.round(255 * Math.max(0, Math.min(place, 4 - place, 1)));
  };
  return [of(2), of(0), of(4)];
}
