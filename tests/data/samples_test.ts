/** Reading single samples, by index and by label. */
import { assertEquals, assertStrictEquals } from "@std/assert";
import { assertThrowsMatch } from "../support/errors.ts";
import { describe, it } from "@std/testing/bdd";
import { imageSamples, labelIndex, sampleAt } from "../../data/samples.ts";
import { tinyImages } from "./tiny.ts";

const dataset = tinyImages(7);

describe("sampleAt()", () => {
  it("gives a sample's label and pixels without copying them", () => {
    const { index, label, pixels } = sampleAt(dataset, 4);
    assertEquals([index, label], [4, 1]);
    assertEquals(pixels, dataset.images.slice(48, 60));
    assertStrictEquals(pixels.buffer, dataset.images.buffer);
  });

  it("refuses an index that no sample has", () => {
    for (const index of [-1, 7, 0.5, NaN]) {
      assertThrowsMatch(() => sampleAt(dataset, index), {
        name: "RangeError",
        message: `Cannot read sample ${index} of tiny (train): the index must be between 0 and 6.`,
      });
    }
  });
});

describe("labelIndex()", () => {
  it("gives every sample of a label, in order", () => {
    assertEquals([...labelIndex(dataset, 0)], [0, 3, 6]);
    assertEquals([...labelIndex(dataset, 2)], [2, 5]);
    assertEquals([...labelIndex({ ...dataset, labels: new Uint8Array(7) }, 2)], []);
  });

  it("refuses a label that is no class", () => {
    for (const label of [-1, 3, 1.5]) {
      assertThrowsMatch(() => labelIndex(dataset, label), {
        name: "RangeError",
        message: `Cannot find samples with label ${label}: label must be between 0 and 2.`,
      });
    }
  });
});

describe("imageSamples()", () => {
  it("gives images and labels as they are, or as the transforms make them", () => {
    const plain = imageSamples(dataset);
    assertEquals(plain.length, 7);
    assertEquals(plain.at(1), [{ shape: [4, 3, 1], pixels: dataset.images.slice(12, 24) }, 1]);
    const changed = imageSamples(dataset, {
      transform: ({ pixels }, { index, epoch }) => [pixels[0], index, epoch],
      targetTransform: (label, { index }) => `${label} of ${index}`,
    });
    assertEquals(changed.at(2, 5), [[dataset.images[24], 2, 5], "2 of 2"]);
    assertEquals(changed.at(2)?.[0][2], 0);
  });

  it("gives undefined where there is no sample, as an array does", () => {
    for (const index of [-1, 7, 0.5, NaN]) {
      assertEquals(imageSamples(dataset).at(index), undefined);
    }
  });
});
