/** Encodes a sample's pixels as a small PNG, for data URIs in responses of the API. */
import { encode } from "fast-png";

/**
 * Encodes pixels.
 *
 * @param pixels 0 (black) to 255 (white), row-major [height, width, channels]
 * @param channels 1 for grey, 3 for RGB
 * @returns the bytes of a PNG file with 8 bits a channel
 * @throws {RangeError} if the number of pixels is another one
 */
export function encodePng(
  pixels: Uint8Array,
  height: number,
  width: number,
  channels: number = 1,
): Uint8Array<ArrayBuffer> {
  if (pixels.length !== height * width * channels) {
    throw new RangeError(
      `Cannot encode a PNG: a ${height} x ${width} picture must have ${height * width} pixels, ` +
        `got ${pixels.length / channels}.`,
    );
  }
  return new Uint8Array(
    encode({ data: pixels, width, height, channels, depth: 8 }, { zlib: { level: 6 } }),
  );
}

/** Encodes pixels as a data URI, for an <img> or an SVG <image>. */
export function pngDataUri(
  pixels: Uint8Array,
  height: number,
  width: number,
  channels: number = 1,
): string {
  return `data:image/png;base64,${encodePng(pixels, height, width, channels).toBase64()}`;
}
