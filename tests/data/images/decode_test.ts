/** Reasons why images cannot be decoded, and values that libvips takes for others. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { crc32 } from "node:zlib";
import sharp from "sharp";
import { decodeImage } from "../../../data/images/decode.ts";
import { png } from "../../support/image_files.ts";

const reasonOf = (bytes: Uint8Array) =>
  decodeImage(bytes).then(() => "decoded", ({ message }) => message);

const PHOTOMETRIC = 262;
const YCBCR = 6;
const SAMPLE_FORMAT = 339;
const FLOAT = 3;

/** A black AVIF in one plane of limited range, written by Pillow. */
const BLACK_AVIF = Uint8Array.fromBase64(
  "AAAAHGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZgAAAOltZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAA" +
    "AAAAAAAAAAAA5waXRtAAAAAAABAAAAHmlsb2MAAAAARAAAAQABAAAAAQAAAQ0AAAAVAAAAKGlpbmYAAAAAAAEAAAAa" +
    "aW5mZQIAAAAAAQAAYXYwMUNvbG9yAAAAAGhpcHJwAAAASWlwY28AAAAUaXNwZQAAAAAAAAACAAAAAgAAAA5waXhpAA" +
    "AAAAEIAAAADGF2MUOBABwAAAAAE2NvbHJuY2x4AAEADQAGAAAAABdpcG1hAAAAAAAAAAEAAQQBAoMEAAAAHW1kYXQS" +
    "AAoHGAA2GAhoMTIIEABGapKLMZo=",
);

/** Changes the first number of a field in a TIFF of little-endian numbers. */
function withField(tiff: Uint8Array, tag: number, value: number): Uint8Array {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const directory = view.getUint32(4, true);
  for (let entry = 0; entry < view.getUint16(directory, true); entry++) {
    const at = directory + 2 + 12 * entry;
    if (view.getUint16(at, true) !== tag) continue;
    const isInside = view.getUint32(at + 4, true) <= 2;
    view.setUint16(isInside ? at + 8 : view.getUint32(at + 8, true), value, true);
    return tiff;
  }
  throw new Error(`no field ${tag}`);
}

describe("decodeImage()", () => {
  it("says the same of each damaged image, however many are decoded side by side", async () => {
    const noise = {
      width: 64,
      height: 64,
      channels: 3 as const,
      noise: { type: "gaussian" as const },
    };
    const image = sharp({ create: { ...noise, background: "red" } });
    const files = [
      await image.jpeg().toBuffer(),
      await image.webp().toBuffer(),
      png(64, 64, [1, 2, 3]),
    ];
    const cut = files.map((file) => file.subarray(0, Math.floor(file.length / 3)));
    const reasons = await Promise.all(
      Array.from({ length: 30 }, (_, at) => reasonOf(cut[at % cut.length] ?? new Uint8Array())),
    );
    assertEquals(
      [...new Set(reasons)],
      ["must be a whole image, got one that is damaged or cannot be decoded."],
    );
  });

  it("refuses an image of too many pixels by its header", async () => {
    const bytes = png(2, 2, [1, 2, 3]);
    const header = new DataView(bytes.buffer, bytes.byteOffset + 12, 21);
    header.setUint32(4, 9_000);
    header.setUint32(8, 9_000);
    header.setUint32(17, crc32(new Uint8Array(header.buffer, header.byteOffset, 17)));
    assertEquals(await reasonOf(bytes), "must have at most 64,000,000 pixels, got more.");
  });

  it("refuses TIFFs whose values libvips would take for others", async () => {
    const create = { width: 4, height: 4, channels: 3 as const, background: "#4c55ff" };
    const tiff = () => sharp({ create }).tiff({ compression: "none" }).toBuffer();
    assertEquals(await reasonOf(await tiff()), "decoded");
    const whole = "must have whole numbers of at most 16 bits in a TIFF, got others.";
    const colours = "must have grey, RGB or CMYK pixels in a TIFF, got YCbCr.";
    assertEquals(await reasonOf(withField(await tiff(), SAMPLE_FORMAT, FLOAT)), whole);
    assertEquals(await reasonOf(withField(await tiff(), PHOTOMETRIC, YCBCR)), colours);
    const jpeg = await sharp({ create }).tiff({ compression: "jpeg" }).toBuffer();
    assertEquals(await reasonOf(jpeg), "decoded", "YCbCr of JPEG");
  });

  it("expands grey AVIFs of limited range as it does those of colours", async () => {
    assertEquals((await decodeImage(BLACK_AVIF)).pixels[0], 0);
    const full = BLACK_AVIF.slice();
    const range = new TextDecoder("latin1").decode(full).indexOf("colrnclx") + 14;
    full[range] = 0x80;
    assertEquals((await decodeImage(full)).pixels[0], 16);
  });
});
