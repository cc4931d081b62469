/** Augmentations beside torchvision: the same drawn numbers give the same pixels. */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { AUGMENTATIONS } from "../../../ml/augmentation/augmentations.ts";
import { compute, distance } from "../support/tensorflow.ts";
import {
  augmentations,
  buildCase,
  caseName,
  CASES,
  expectedPixels,
  TORCHVISION,
} from "./golden_cases.ts";

const TOLERANCE = 1e-5;

describe(`an augmentation beside torchvision ${TORCHVISION}`, () => {
  it("is tried for every kind", () => {
    const tried = new Set(
      CASES.flatMap(({ augmentation }) => augmentations(augmentation).map(({ kind }) => kind)),
    );
    assertEquals([...tried].toSorted(), Object.keys(AUGMENTATIONS).toSorted());
  });

  for (const each of CASES) {
    it(`has its pixels: ${caseName(each)}`, async () => {
      const { output, fed } = buildCase(each);
      const [pixels = new Float32Array()] = await compute([output], fed);
      assert(distance(pixels, expectedPixels(each)) < TOLERANCE);
    });
  }
});
