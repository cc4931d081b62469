/** Encodes a sample's pixels as a small greyscale PNG, for data URIs in responses of the API. */
import { encode } from "fast-png";

/**
 * Encodes grey pixels.
 *
 * @param pixels 0 (black) to 255 (white), row-major [height, width]
 * @returns the bytes of an 8-bit greyscale PNG file
 * @throws {RangeError} if the number of pixels is not height * width
 */
export function encodePng(
  pixels: Uint8Array,
  height: number,
  width: number,
): Uint8Array<ArrayBuffer> {
  if (pixels.length !== height * width) {
    throw new RangeError(
      `Cannot encode a PNG: a ${height} x ${width} picture must have ${height * width} pixels, ` +
        `got ${pixels.length}.`,
    );
  }
  return new Uint8Array(
    encode({ data: pixels, width, height, channels: 1, depth: 8 }, { zlib: { level: 6 } }),
  );
}

/** Encodes grey pixels as a data URI, for an <img> or an SVG <image>. */
export function pngDataUri(pixels: Uint8Array, height: number, width: number): string {
  return `data:image/png;base64,${encodePng(pixels, height, width).toBase64()}`;
}
