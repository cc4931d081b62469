/** Augmentations in WebAssembly, as the server draws them: the same drawn numbers give torchvision's pixels. */
import "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { assert } from "@std/assert";
import { before, describe, it } from "@std/testing/bdd";
import { evaluateGraph, valueOf } from "../../../ml/engines/wasm/lower.ts";
import { distance } from "../support/tensorflow.ts";
import { buildCase, caseName, CASES, expectedPixels, TORCHVISION } from "./golden_cases.ts";

describe(`an augmentation in WebAssembly beside torchvision ${TORCHVISION}`, () => {
  before(async () => assert(await tf.setBackend("wasm")));

  for (const each of CASES) {
    it(`has its pixels: ${caseName(each)}`, () => {
      const { output, fed, sizes } = buildCase(each);
      const pixels = tf.tidy(() => {
        const placeholders = new Map([
          ["images", tf.tensor(fed.images, sizes.images)],
          ["draws", tf.tensor(fed.draws, sizes.draws)],
        ]);
        const values = evaluateGraph([output], { variables: new Map(), placeholders });
        return Float32Array.from(valueOf(values, output).dataSync());
      });
      assert(distance(pixels, expectedPixels(each)) < 1e-5);
    });
  }
});
