/** PNG files of all kinds become the grey pixels that a network reads. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { forAll } from "../support/for_all.ts";
import { assertThrowsMatch } from "../support/errors.ts";
import { describe, it } from "@std/testing/bdd";
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { encode } from "fast-png";
import { encodePng } from "../../pictures/sample_png.ts";
import { readGreyPng } from "../../pictures/read_grey_png.ts";

type Picture = Parameters<typeof encode>[0];

const read = (
  picture: Omit<Picture, "width" | "height">,
  width = 2,
) => [...readGreyPng(encode({ width, height: 1, ...picture }), 1, width)];

describe("readGreyPng()", () => {
  it("reads what encodePng() wrote", () => {
    const pixels = Uint8Array.from({ length: 28 * 28 }, (_, at) => at % 256);
    assertEquals(readGreyPng(encodePng(pixels, 28, 28), 28, 28), pixels);
  });

  it("takes the luminance of colours, and shows black through what is transparent", () => {
    assertEquals(read({ data: Uint8Array.of(255, 0, 0, 0, 255, 0), channels: 3, depth: 8 }), [
      76,
      150,
    ]);
    assertEquals(
      read({ data: Uint8Array.of(255, 255, 255, 0, 255, 255, 255, 128), channels: 4, depth: 8 }),
      [0, 128],
    );
    assertEquals(read({ data: Uint8Array.of(200, 255, 200, 51), channels: 2, depth: 8 }), [
      200,
      40,
    ]);
  });

  it("reads 16 bits a value, and eight pixels a byte", () => {
    assertEquals(read({ data: Uint16Array.of(65_535, 32_768), channels: 1, depth: 16 }), [
      255,
      128,
    ]);
    assertEquals(read({ data: Uint8Array.of(0b10100000), channels: 1, depth: 1 }, 3), [
      255,
      0,
      255,
    ]);
  });

  it("refuses what is no PNG, of another size or damaged, and says what it must be", () => {
    const png = encodePng(new Uint8Array(6), 2, 3);
    const size = /^it must be 28 x 28 pixels, got 3 x 2$/;
    assertThrowsMatch(() => readGreyPng(png, 28, 28), { message: size });
    assertThrowsMatch(() => readGreyPng(new Uint8Array(100), 2, 3), /must be a PNG file/);
    const damaged = png.slice();
    damaged[45] = (damaged[45] ?? 0) ^ 0xff;
    for (const file of [damaged, png.subarray(0, 40)]) {
      assertThrowsMatch(() => readGreyPng(file, 2, 3), {
        name: "RangeError",
        message: /whole PNG file, got a damaged one/,
      });
    }
  });

  it("answers any bytes with pixels of the size, or with what the file must be", () => {
    const answer = (file: Uint8Array) => {
      try {
        const pixels = readGreyPng(file, 2, 3);
        assertEquals(pixels.length, 6);
        assert(pixels instanceof Uint8Array);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        assertMatch(error.message, /^it must be [^]+, got [^]+$/);
      }
    };
    const depths = fc.constantFrom(8 as const, 16 as const);
    const pictures = fc.tuple(depths, fc.integer({ min: 1, max: 4 })).chain(([depth, channels]) => {
      const length = 6 * channels;
      const options = { minLength: length, maxLength: length };
      const data = depth === 8 ? fc.uint8Array(options) : fc.uint16Array(options);
      return data.map((data) => encode({ width: 3, height: 2, data, channels, depth }));
    });
    const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }));
    const mutated = fc.tuple(
      pictures,
      fc.array(change, { maxLength: 4 }),
      fc.option(fc.nat()),
      fc.boolean(),
    ).map(([file, changes, cut, areSumsRight]) => {
      const bytes = Uint8Array.from(file);
      for (const [place, value] of changes) bytes[place % bytes.length] = value;
      if (areSumsRight) correctSums(bytes);
      return cut === null ? bytes : bytes.subarray(0, cut % bytes.length);
    });
    const headed = fc.uint8Array({ maxLength: 100 })
      .map((rest) => Uint8Array.of(...encodePng(new Uint8Array(6), 2, 3).subarray(0, 33), ...rest));
    forAll([fc.oneof(fc.uint8Array({ maxLength: 100 }), headed, mutated)], answer, {
      numRuns: 3000,
    });
  });
});

/** Gives each chunk the sum that its bytes have: what was changed in it is then believed. */
function correctSums(file: Uint8Array): void {
  const view = new DataView(file.buffer);
  for (let at = 8; at + 12 <= file.length;) {
    const end = at + 8 + view.getUint32(at);
    if (end + 4 > file.length) return;
    view.setUint32(end, crc32(file.subarray(at + 4, end)));
    at = end + 4;
  }
}
