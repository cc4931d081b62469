/** Decodes a PNG file of a canvas or a scanner to the grey pixels that a network reads. */
import { convertIndexedToRgb, decode, type DecodedPng } from "fast-png";
import { errorMessage } from "../lib/error_message.ts";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] as const;
/** Offset of the size in the file's first chunk: after the signature, a length and a name. */
const SIZE_AT = 16;

/**
 * Decodes a PNG of a known size. Colours become grey by their luminance; transparent pixels are on black.
 *
 * @returns pixels 0 (black) to 255 (white), row-major [height, width]
 * @throws {RangeError} 'it must be …, got …' if it is not such a picture
 */
export function readGreyPng(file: Uint8Array, height: number, width: number): Uint8Array {
  if (file.length < SIZE_AT + 8 || SIGNATURE.some((byte, at) => file[at] !== byte)) {
    throw new RangeError("it must be a PNG file, got something else");
  }
  // Checked before decompression: a small file can contain a huge picture.
  const head = new DataView(file.buffer, file.byteOffset);
  const [gotWidth, gotHeight] = [head.getUint32(SIZE_AT), head.getUint32(SIZE_AT + 4)];
  if (gotWidth !== width || gotHeight !== height) {
    throw new RangeError(
      `it must be ${width} x ${height} pixels, got ${gotWidth} x ${gotHeight}`,
    );
  }
  try {
    return toGrey(decode(file, { checkCrc: true }));
  } catch (error) {
    const reason = errorMessage(error);
    throw new RangeError(`it must be a whole PNG file, got a damaged one (${reason})`);
  }
}

function toGrey(png: DecodedPng): Uint8Array {
  const { data, channels, largest } = whole(png);
  const hasAlpha = channels % 2 === 0;
  return Uint8Array.from({ length: png.width * png.height }, (_, pixel) => {
    const at = (channel: number) => (data[pixel * channels + channel] ?? 0) / largest;
    const grey = channels < 3 ? at(0) : 0.299 * at(0) + 0.587 * at(1) + 0.114 * at(2);
    return Math.round(255 * grey * (hasAlpha ? at(channels - 1) : 1));
  });
}

/** Unpacks the pixels to one value each: resolves palette indices and splits packed greys. */
function whole(png: DecodedPng) {
  const { data, depth } = png;
  const ofGreys = depth < 8 ? greys(2 ** depth) : undefined;
  const palette = png.channels === 1 ? png.palette ?? ofGreys : undefined;
  if (!palette) return { data, channels: png.channels, largest: 2 ** depth - 1 };
  const channels = palette[0]?.length ?? 3;
  return { data: convertIndexedToRgb({ ...png, palette }), channels, largest: 255 };
}

function greys(count: number): number[][] {
  return Array.from({ length: count }, (_, place) => {
    const value = 255 * place / (count - 1);
    return [value, value, value];
  });
}
