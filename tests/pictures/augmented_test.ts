/** The picture of samples and what augmentation makes of them. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { decode } from "fast-png";
import { augmentedSvg } from "../../pictures/augmented_svg.ts";

const SAMPLES = [
  { pixels: Uint8Array.of(0, 50, 100, 255), label: "a & b" },
  { pixels: Uint8Array.of(1, 2, 3, 4), label: 7 },
];

/** The pixels of each image of a picture, and its place. */
function imagesOf(svg: string) {
  return [...svg.matchAll(/<image x="(\d+)" y="(\d+)".*?base64,([^"]+)"/g)].map(
    ([, x, y, data = ""]) => ({
      place: [Number(x), Number(y)],
      pixels: [...decode(Uint8Array.fromBase64(data)).data],
    }),
  );
}

describe("augmentedSvg()", () => {
  const augmented = Float32Array.of(255.4, -0.2, 12.4, 12.6, 9, 8, 7, 6);
  const options = { imageShape: [2, 2], theme: "dark" } as const;

  it("draws each sample above its augmented pixels, rounded to what a screen shows", () => {
    const images = imagesOf(augmentedSvg(SAMPLES, augmented, options));
    assertEquals(images.map(({ pixels }) => pixels), [
      [0, 50, 100, 255],
      [1, 2, 3, 4],
      [255, 0, 12, 13],
      [9, 8, 7, 6],
    ]);
    const [first, second, below] = images.map(({ place }) => place);
    assertEquals(first?.[0], below?.[0]);
    assert((below?.[1] ?? 0) > (first?.[1] ?? 0));
    assertEquals(second?.[1], first?.[1]);
  });

  it("writes the samples' labels and the title", () => {
    const svg = augmentedSvg(SAMPLES, augmented, { ...options, title: "Epoch 1" });
    for (const text of ["a &amp; b", ">7<", "Epoch 1"]) assert(svg.includes(text), text);
  });

  it("refuses pixels of other samples", () => {
    assertThrows(() => augmentedSvg(SAMPLES, augmented.subarray(1), options), RangeError);
  });
});
