/**
 * Decodes small PNG files of 8 bits in JavaScript, which takes a tenth of the time that a call of a general decoder
 * takes. Anything else is left to that decoder, as is the reason why a file is damaged.
 *
 * Format: https://www.w3.org/TR/png-3/
 */
import { Buffer } from "node:buffer";
import { crc32, inflateSync } from "node:zlib";
import type { Image } from "../tensor.ts";

/** The largest width and height. */
const MAX_SIDE = 256;

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const HEADER_BYTES = 13;

/** The channels of the colour types without a palette. */
const CHANNELS: ReadonlyMap<number, 1 | 2 | 3 | 4> = new Map([[0, 1], [2, 3], [4, 2], [6, 4]]);

const [IHDR, IDAT, IEND] = [0x49484452, 0x49444154, 0x49454e44];

/** Chunks that change no pixel: pHYs, tEXt, zTXt, iTXt, tIME, gAMA, cHRM, sRGB, iCCP, sBIT, bKGD. */
const OTHERS: ReadonlySet<number> = new Set([
  0x70485973,
  0x74455874,
  0x7a545874,
  0x69545874,
  0x74494d45,
  0x67414d41,
  0x6348524d,
  0x73524742,
  0x69434350,
  0x73424954,
  0x624b4744,
]);

/** The parts of a file. */
interface Parts {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
  readonly packed: Uint8Array;
}

/** Decodes a file; undefined if it is not a whole small PNG of 8 bits without a palette. Transparency is dropped. */
export function decodeSmallPng(bytes: Uint8Array): Image | undefined {
  const parts = readParts(bytes);
  if (!parts) return undefined;
  const { width, height, channels, packed } = parts;
  const rowBytes = width * channels;
  const filteredBytes = height * (rowBytes + 1);
  let filtered: Uint8Array;
  try {
    filtered = inflateSync(packed, {
      maxOutputLength: filteredBytes,
      // One chunk holds all of it, and a byte more, so that zlib asks for no second one.
      chunkSize: Math.max(64, filteredBytes + 1),
    });
  } catch {
    return undefined;
  }
  if (filtered.length !== filteredBytes) return undefined;
  const values = new Uint8Array(height * rowBytes);
  for (let y = 0; y < height; y++) {
    const from = y * (rowBytes + 1);
    const filter = filtered[from] ?? 0;
    if (filter > 4) return undefined;
    unfilter(filter, filtered, from + 1, values, y * rowBytes, rowBytes, channels);
  }
  return withoutAlpha(values, height, width, channels);
}

/** Reads the chunks of a file; undefined for one that is left to others. */
function readParts(bytes: Uint8Array): Parts | undefined {
  if (SIGNATURE.some((byte, at) => bytes[at] !== byte)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const packed: Uint8Array[] = [];
  let header: Omit<Parts, "packed"> | undefined;
  for (let at = SIGNATURE.length; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    const type = view.getUint32(at + 4);
    const end = at + 12 + length;
    if (end > bytes.length) return undefined;
    if (crc32(bytes.subarray(at + 4, end - 4)) !== view.getUint32(end - 4)) return undefined;
    if (type === IHDR) header = readHeader(view, at + 8, length);
    else if (type === IDAT) packed.push(bytes.subarray(at + 8, end - 4));
    else if (type === IEND) break;
    else if (!OTHERS.has(type)) return undefined;
    if (!header) return undefined;
    at = end;
  }
  const [first, ...others] = packed;
  if (!header || !first) return undefined;
  return { ...header, packed: others.length === 0 ? first : Buffer.concat(packed) };
}

function readHeader(view: DataView, at: number, length: number): Omit<Parts, "packed"> | undefined {
  if (length !== HEADER_BYTES) return undefined;
  const [width, height] = [view.getUint32(at), view.getUint32(at + 4)];
  const channels = CHANNELS.get(view.getUint8(at + 9));
  const isPlain = view.getUint8(at + 8) === 8 && view.getUint8(at + 10) === 0 &&
    view.getUint8(at + 11) === 0 && view.getUint8(at + 12) === 0;
  const isSmall = width >= 1 && height >= 1 && width <= MAX_SIDE && height <= MAX_SIDE;
  return isPlain && isSmall && channels ? { width, height, channels } : undefined;
}

/** Reverses the filter of a row: none, left, above, their average, or Paeth's. */
function unfilter(
  filter: number,
  from: Uint8Array,
  begin: number,
  values: Uint8Array,
  at: number,
  length: number,
  channels: number,
): void {
  for (let x = 0; x < length; x++) {
    const left = x < channels ? 0 : values[at + x - channels] ?? 0;
    const above = at === 0 ? 0 : values[at + x - length] ?? 0;
    let predicted = 0;
    if (filter === 1) predicted = left;
    else if (filter === 2) predicted = above;
    else if (filter === 3) predicted = (left + above) >> 1;
    else if (filter === 4) {
      const corner = at === 0 || x < channels ? 0 : values[at + x - length - channels] ?? 0;
      predicted = paeth(left, above, corner);
    }
    values[at + x] = (from[begin + x] ?? 0) + predicted;
  }
}

function paeth(left: number, above: number, corner: number): number {
  const estimate = left + above - corner;
  const toLeft = Math.abs(estimate - left);
  const toAbove = Math.abs(estimate - above);
  const toCorner = Math.abs(estimate - corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

function withoutAlpha(
  values: Uint8Array,
  height: number,
  width: number,
  channels: 1 | 2 | 3 | 4,
): Image {
  if (channels === 1 || channels === 3) return { shape: [height, width, channels], pixels: values };
  const kept = channels === 2 ? 1 : 3;
  const pixels = new Uint8Array(height * width * kept);
  for (let at = 0; at < pixels.length; at++) {
    pixels[at] = values[Math.floor(at / kept) * channels + at % kept] ?? 0;
  }
  return { shape: [height, width, kept], pixels };
}
