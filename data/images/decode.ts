/**
 * Decodes image files: small PNGs in JavaScript, others with sharp (libvips), which is native code. Only processes of
 * their own load this file, importers in a thread and decoders. Nothing of a file is trusted.
 */
import sharp from "sharp";
import { errorMessage } from "../../lib/error_message.ts";
import { count } from "../../lib/format.ts";
import type { Image } from "../tensor.ts";
import { expandRange, isLimitedGrey } from "./avif.ts";
import { decodeSmallPng } from "./small_png.ts";
import { checkTiff } from "./tiff.ts";

/** The largest number of pixels of an image. */
const MAX_PIXELS = 64_000_000;

/** Bytes that a file of a known image format begins with. */
const SIGNATURES: readonly (readonly (number | undefined)[])[] = [
  [0x89, 0x50, 0x4e, 0x47],
  [0xff, 0xd8, 0xff],
  [0x47, 0x49, 0x46, 0x38],
  [0x49, 0x49, 0x2a, 0x00],
  [0x4d, 0x4d, 0x00, 0x2a],
  // RIFF....WEBP
  [0x52, 0x49, 0x46, 0x46, undefined, undefined, undefined, undefined, 0x57, 0x45, 0x42, 0x50],
  // ....ftypavif
  [undefined, undefined, undefined, undefined, 0x66, 0x74, 0x79, 0x70, 0x61, 0x76, 0x69],
];

// One image per call: several calls run side by side.
sharp.concurrency(1);
sharp.cache(false);

/** Returns true if bytes begin as an image file does that can be decoded, whatever its name says. */
function isImageFile(bytes: Uint8Array): boolean {
  return SIGNATURES.some((signature) =>
    signature.every((byte, at) => byte === undefined || bytes[at] === byte)
  );
}

/**
 * Decodes an image file to 8 bits, grey or RGB, upright by its EXIF orientation. Of an animation, the first frame;
 * values of 16 bits are scaled; transparency is dropped, as by Pillow's convert("RGB"); colour profiles are not
 * applied.
 *
 * @throws {RangeError} whose message completes 'Cannot use FILE: it …'
 */
export async function decodeImage(bytes: Uint8Array): Promise<Image> {
  if (!isImageFile(bytes)) {
    const got = bytes.length === 0 ? "an empty file" : "another format";
    throw new RangeError(`must be a PNG, JPEG, WebP, GIF, TIFF or AVIF image, got ${got}.`);
  }
  const small = decodeSmallPng(bytes);
  if (small) return small;
  checkTiff(bytes);
  try {
    const { data, info } = await sharp(bytes, {
      failOn: "truncated",
      ignoreIcc: true,
      limitInputPixels: MAX_PIXELS,
    }).autoOrient().toColourspace("srgb").removeAlpha().raw().toBuffer({ resolveWithObject: true });
    if (isLimitedGrey(bytes)) expandRange(data);
    return imageOf(data, info.height, info.width, info.channels);
  } catch (error) {
    if (error instanceof RangeError) throw error;
    if (errorMessage(error).includes("pixel limit")) {
      throw new RangeError(`must have at most ${count(MAX_PIXELS)} pixels, got more.`);
    }
    // Without libvips' reason: it collects those of all images that are decoded side by side.
    throw new RangeError("must be a whole image, got one that is damaged or cannot be decoded.", {
      cause: error,
    });
  }
}

function imageOf(data: Uint8Array, height: number, width: number, channels: number): Image {
  if (channels !== 1 && channels !== 3) {
    throw new RangeError(`must have 1 or 3 channels once decoded, got ${channels}.`);
  }
  return { shape: [height, width, channels], pixels: new Uint8Array(data) };
}
