/** Small PNG files in JavaScript: the pixels are those of libvips, and what is special is left to it. */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { Buffer } from "node:buffer";
import { crc32, deflateSync } from "node:zlib";
import sharp from "sharp";
import { decodeSmallPng } from "../../../data/images/small_png.ts";
import { randomStream } from "../../../data/random.ts";

const COLOURS = { grey: [0, 1], rgb: [2, 3], greyAlpha: [4, 2], rgba: [6, 4] } as const;

const WIDTH = 7;
const HEIGHT = 11;

function chunk(type: string, body: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(type), body]);
  const framed = Buffer.alloc(named.length + 8);
  framed.writeUInt32BE(body.length);
  named.copy(framed, 4);
  framed.writeUInt32BE(crc32(named), named.length + 4);
  return framed;
}

interface Change {
  readonly depth?: number;
  readonly interlace?: number;
  /** Chunks before the pixels. */
  readonly chunks?: readonly Buffer[];
  /** Divides the pixels' chunk. */
  readonly pieces?: number;
}

/** Makes a file of random bytes, whose rows have one filter after the other. */
function pngOf(
  [type, channels]: readonly [number, number],
  { depth = 8, interlace = 0, chunks = [], pieces = 1 }: Change = {},
): Uint8Array {
  const stream = randomStream(type, "init");
  const rowBytes = WIDTH * channels * depth / 8;
  const rows = Array.from({ length: HEIGHT }, (_, y) => [
    y % 5,
    ...Array.from({ length: rowBytes }, () => stream.int(0, 255)),
  ]);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(HEIGHT, 4);
  header.set([depth, type, 0, 0, interlace], 8);
  const packed = deflateSync(Uint8Array.from(rows.flat()));
  const size = Math.ceil(packed.length / pieces);
  return new Uint8Array(Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    ...chunks,
    ...Array.from(
      { length: pieces },
      (_, at) => chunk("IDAT", packed.subarray(at * size, (at + 1) * size)),
    ),
    chunk("IEND", Buffer.alloc(0)),
  ]));
}

/** The pixels as libvips decodes them. */
async function rgbOf(png: Uint8Array): Promise<readonly number[]> {
  const rgb = sharp(png, { ignoreIcc: true }).toColourspace("srgb").removeAlpha().raw();
  return [...await rgb.toBuffer()];
}

describe("decodeSmallPng()", () => {
  for (const [name, colour] of Object.entries(COLOURS)) {
    it(`gives the pixels of libvips for all filters: ${name}`, async () => {
      const gamma = Buffer.alloc(4);
      gamma.writeUInt32BE(100_000);
      const chunks = [chunk("gAMA", gamma), chunk("tEXt", Buffer.from("Title\0test"))];
      for (const png of [pngOf(colour), pngOf(colour, { chunks, pieces: 3 })]) {
        const { shape: [height, width, channels], pixels } = decodeSmallPng(png) ?? {
          shape: [0, 0, 0],
          pixels: new Uint8Array(),
        };
        assertEquals([height, width], [HEIGHT, WIDTH]);
        const rgb = channels === 3
          ? [...pixels]
          : [...pixels].flatMap((value) => [value, value, value]);
        assertEquals(rgb, await rgbOf(png));
      }
    });
  }

  it("leaves what is special or damaged to libvips", () => {
    const whole = pngOf(COLOURS.rgb);
    assert(decodeSmallPng(whole));
    const wrong = whole.slice();
    const at = wrong.length - 20;
    wrong[at] = (wrong[at] ?? 0) ^ 1;
    const others: Record<string, Uint8Array> = {
      "16 bits": pngOf(COLOURS.rgb, { depth: 16 }),
      "interlaced": pngOf(COLOURS.rgb, { interlace: 1 }),
      "turned by EXIF": pngOf(COLOURS.rgb, { chunks: [chunk("eXIf", Buffer.from("MM"))] }),
      "with a colour that is transparent": pngOf(COLOURS.grey, {
        chunks: [chunk("tRNS", Buffer.from([0, 7]))],
      }),
      "cut": whole.slice(0, -20),
      "of a wrong checksum": wrong,
      "no PNG": Uint8Array.of(0xff, 0xd8, 0xff),
      "empty": new Uint8Array(),
    };
    for (const [name, png] of Object.entries(others)) {
      assertEquals(decodeSmallPng(png), undefined, name);
    }
  });
});
