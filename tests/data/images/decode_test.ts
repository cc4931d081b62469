/** Reasons why images cannot be decoded. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { crc32 } from "node:zlib";
import sharp from "sharp";
import { decodeImage } from "../../../data/images/decode.ts";
import { png } from "../../support/image_files.ts";

const reasonOf = (bytes: Uint8Array) =>
  decodeImage(bytes).then(() => "decoded", ({ message }) => message);

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
});
