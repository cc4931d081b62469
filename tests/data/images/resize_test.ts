/** Resized images, held to the bytes of Pillow 11.0.0 and 13.0.0: `image.resize(size, Image.BILINEAR, box)`. */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { type Box, resize } from "../../../data/images/resize.ts";
import type { Image } from "../../../data/tensor.ts";

type Size = readonly [width: number, height: number];

/** An image without symmetries. */
function anImage([width, height]: Size): Image {
  const pixels = Uint8Array.from({ length: width * height }, (_, at) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    return 37 * x * x + 91 * y + 53 * x * y;
  });
  return { shape: [height, width, 1], pixels };
}

const PILLOW: readonly {
  readonly does: string;
  readonly from: Size;
  readonly to: Size;
  readonly box?: Box;
  readonly pixels: readonly number[];
}[] = [
  { does: "shrinks both sides", from: [6, 5], to: [3, 2], pixels: [96, 94, 100, 121, 117, 119] },
  {
    does: "enlarges both sides",
    from: [4, 3],
    to: [7, 5],
    pixels: [
      ...[0, 13, 34, 93, 143, 102, 77],
      ...[36, 57, 90, 110, 121, 92, 75],
      ...[91, 123, 175, 135, 88, 77, 71],
      ...[146, 134, 116, 84, 54, 62, 67],
      ...[182, 142, 77, 50, 32, 52, 65],
    ],
  },
  {
    does: "shrinks the width only",
    from: [9, 4],
    to: [2, 4],
    pixels: [79, 73, 106, 130, 92, 118, 159, 171],
  },
  {
    does: "shrinks the height only",
    from: [5, 8],
    to: [5, 3],
    pixels: [80, 115, 103, 70, 132, 105, 157, 149, 56, 117, 105, 125, 130, 42, 101],
  },
  {
    does: "takes a box between pixels",
    from: [6, 5],
    to: [3, 2],
    box: { left: 0.5, top: 1, right: 5, bottom: 4.25 },
    pixels: [114, 78, 106, 130, 130, 129],
  },
];

describe("resize()", () => {
  for (const { does, from, to: [width, height], box, pixels } of PILLOW) {
    it(`${does} as Pillow does`, () => {
      const resized = resize(anImage(from), height, width, box);
      assertEquals(resized, { shape: [height, width, 1], pixels: Uint8Array.from(pixels) });
    });
  }
});
