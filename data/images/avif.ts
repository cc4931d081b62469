/**
 * AVIFs of grey in the range of video, 16 to 235, which libvips hands out as it is, where it expands that of colours.
 */

/** The part of a file that has the boxes about its images. */
const HEAD_BYTES = 4096;
const MONOCHROME = 0x10;
const FULL_RANGE = 0x80;
const BLACK = 16;
const SPAN = 219;

/** Returns true for an AVIF of one plane whose values are said to be in the limited range. */
export function isLimitedGrey(bytes: Uint8Array): boolean {
  const text = (from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));
  if (text(4, 12) !== "ftypavif") return false;
  const head = text(0, HEAD_BYTES);
  const [colour, codec] = [head.indexOf("colrnclx"), head.indexOf("av1C")];
  if (colour < 0 || codec < 0) return false;
  const [range = FULL_RANGE, planes = 0] = [bytes[colour + 14], bytes[codec + 6]];
  return (range & FULL_RANGE) === 0 && (planes & MONOCHROME) !== 0;
}

/** Expands values of the limited range to 0 to 255, in place. */
export function expandRange(pixels: Uint8Array): void {
  for (const [at, value] of pixels.entries()) {
    pixels[at] = Math.min(255, Math.max(0, Math.round((value - BLACK) * 255 / SPAN)));
  }
}
