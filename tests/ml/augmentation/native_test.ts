/** Augmentations in the native engine beside torchvision: the same drawn numbers give the same pixels. */
import { assert } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { calculatingNatively } from "../support/native.ts";
import { distance } from "../support/tensorflow.ts";
import { buildCase, caseName, CASES, expectedPixels, TORCHVISION } from "./golden_cases.ts";

const TOLERANCE = 1e-5;

describe(`an augmentation in the native engine beside torchvision ${TORCHVISION}`, () => {
  for (const each of CASES) {
    it(`has its pixels: ${caseName(each)}`, async () => {
      const { output, fed } = buildCase(each);
      const samples = { samples: Object.keys(fed), rows: 1, parts: 1 };
      for (const mode of [{}, samples]) {
        await calculatingNatively([output], async (calculate) => {
          const [pixels = new Float32Array()] = await calculate(fed);
          assert(distance(pixels, expectedPixels(each)) < TOLERANCE);
        }, mode);
      }
    });
  }
});
