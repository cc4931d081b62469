/** PNG files of all kinds become the grey pixels that a network reads. */
import assert from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { encode } from "fast-png";
import { encodePng } from "../../pictures/grey_png.ts";
import { readGreyPng } from "../../pictures/read_grey_png.ts";

type Picture = Parameters<typeof encode>[0];

const read = (
  picture: Omit<Picture, "width" | "height">,
  width = 2,
) => [...readGreyPng(encode({ width, height: 1, ...picture }), 1, width)];

describe("readGreyPng()", () => {
  it("reads what encodePng() wrote", () => {
    const pixels = Uint8Array.from({ length: 28 * 28 }, (_, at) => at % 256);
    assert.deepEqual(readGreyPng(encodePng(pixels, 28, 28), 28, 28), pixels);
  });

  it("takes the luminance of colours, and shows black through what is transparent", () => {
    assert.deepEqual(
      read({ data: Uint8Array.of(255, 0, 0, 0, 255, 0), channels: 3, depth: 8 }),
      [76, 150],
    );
    assert.deepEqual(
      read({ data: Uint8Array.of(255, 255, 255, 0, 255, 255, 255, 128), channels: 4, depth: 8 }),
      [0, 128],
    );
    assert.deepEqual(
      read({ data: Uint8Array.of(200, 255, 200, 51), channels: 2, depth: 8 }),
      [200, 40],
    );
  });

  it("reads 16 bits a value, and eight pixels a byte", () => {
    assert.deepEqual(
      read({ data: Uint16Array.of(65_535, 32_768), channels: 1, depth: 16 }),
      [255, 128],
    );
    assert.deepEqual(read({ data: Uint8Array.of(0b10100000), channels: 1, depth: 1 }, 3), [
      255,
      0,
      255,
    ]);
  });

  it("refuses what is no PNG, of another size or damaged, and says what it must be", () => {
    const png = encodePng(new Uint8Array(6), 2, 3);
    assert.throws(() => readGreyPng(png, 28, 28), {
      message: "it must be 28 x 28 pixels, got 3 x 2",
    });
    assert.throws(() => readGreyPng(new Uint8Array(100), 2, 3), { message: /must be a PNG file/ });
    const damaged = png.slice();
    damaged[45] = (damaged[45] ?? 0) ^ 0xff;
    for (const file of [damaged, png.subarray(0, 40)]) {
      assert.throws(() => readGreyPng(file, 2, 3), {
        name: "RangeError",
        message: /whole PNG file, got a damaged one/,
      });
    }
  });
});
