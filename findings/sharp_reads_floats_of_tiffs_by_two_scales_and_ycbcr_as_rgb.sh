#!/usr/bin/env bash
# sharp 0.35.5 (libvips 8.18.7), Node 20 or later.
#
# What sharp makes of a TIFF depends on fields that nobody looks at. Floats in three channels are linear light from 0
# to 1: 0.5 is read as 188, by the curve of sRGB. Floats in one channel are values from 0 to 255: the same 0.5 is read
# as 0, so that a grey image from 0 to 1, as scikit-image and NumPy's users save it, is black. And pixels of YCbCr
# that are not compressed by JPEG (photometric interpretation 6) are handed out as if they were red, green and blue,
# in a space called 'srgb'; libtiff's own reader, Pillow and OpenCV convert them. There is no error or warning in any
# case.
#
# Source: libvips, foreign/tiff2vips.c (choice of interpretation by bands and format).
#
# Seen:
#   floats 0.5 in one channel: 0 0 0
#   floats 0.5 in three channels: 188 188 188
#   Y 76, Cb 85, Cr 255, which is red: 76 85 255 as srgb
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund sharp@0.35.5
cat >main.mjs <<'JS'
import sharp from "sharp";

/** A TIFF of one strip without compression, of 2 x 2 equal pixels; all fields that baseline TIFF asks for are there. */
function tiff(bytes, { channels, bits, sampleFormat, photometric, more = [] }) {
  const pixels = Buffer.concat(Array(4).fill(bytes));
  const entries = [
    [256, 3, 2], [257, 3, 2], [258, 3, Array(channels).fill(bits)], [259, 3, 1], [262, 3, photometric], [273, 4, 8], [277, 3, channels],
    [278, 3, 2], [279, 4, pixels.length], [282, 5, 72], [283, 5, 72], [296, 3, 2], [339, 3, Array(channels).fill(sampleFormat)], ...more,
  ];
  const directory = 8 + pixels.length;
  const head = Buffer.alloc(8);
  head.write("II*\0", "latin1");
  head.writeUInt32LE(directory, 4);
  const table = Buffer.alloc(2 + 12 * entries.length + 4);
  table.writeUInt16LE(entries.length, 0);
  const beyond = [];
  let end = directory + table.length;
  for (const [at, [tag, type, value]] of entries.entries()) {
    const values = [value].flat();
    const data = Buffer.alloc(type === 5 ? 8 * values.length : (type === 3 ? 2 : 4) * values.length);
    values.forEach((one, i) => {
      if (type === 3) data.writeUInt16LE(one, 2 * i);
      else if (type === 4) data.writeUInt32LE(one, 4 * i);
      else data.writeUInt32LE(one, 8 * i), data.writeUInt32LE(1, 8 * i + 4);
    });
    const offset = 2 + 12 * at;
    table.writeUInt16LE(tag, offset);
    table.writeUInt16LE(type, offset + 2);
    table.writeUInt32LE(values.length, offset + 4);
    if (data.length <= 4) data.copy(table, offset + 8);
    else table.writeUInt32LE(end, offset + 8), beyond.push(data), end += data.length;
  }
  return Buffer.concat([head, pixels, table, ...beyond]);
}

async function read(file) {
  const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
  return [...data.subarray(0, info.channels)].join(" ");
}

const half = Buffer.from(new Float32Array([0.5]).buffer);
const floats = { bits: 32, sampleFormat: 3 };
const one = tiff(half, { ...floats, channels: 1, photometric: 1 });
const three = tiff(Buffer.concat([half, half, half]), { ...floats, channels: 3, photometric: 2 });
const ycbcr = { photometric: 6, more: [[530, 3, [1, 1]], [532, 5, [0, 255, 128, 255, 128, 255]]] };
const red = tiff(Buffer.from([76, 85, 255]), { channels: 3, bits: 8, sampleFormat: 1, ...ycbcr });
const lines = [
  `floats 0.5 in one channel: ${await read(one)}`,
  `floats 0.5 in three channels: ${await read(three)}`,
  `Y 76, Cb 85, Cr 255, which is red: ${await read(red)} as ${(await sharp(red).metadata()).space}`,
];
console.log(lines.join("\n"));
JS
node main.mjs | tee seen.txt
diff seen.txt - <<'EXPECTED'
floats 0.5 in one channel: 0 0 0
floats 0.5 in three channels: 188 188 188
Y 76, Cb 85, Cr 255, which is red: 76 85 255 as srgb
EXPECTED
