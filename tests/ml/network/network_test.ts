/** Networks as data: what follows what, and what is derived. */
import { assertEquals } from "@std/assert";
import { assertThrowsMatch } from "../../support/errors.ts";
import { describe, it } from "@std/testing/bdd";
import { inferShapes, type Network } from "../../../ml/network/network.ts";
import { PRESETS } from "../../../ml/spec/presets.ts";
import type { Layer } from "../../../ml/network/layers.ts";

const network = (...layers: readonly Layer[]): Network => ({
  ...PRESETS.BASIC_CNN.network,
  layers,
});

describe("inferShapes()", () => {
  it("derives shapes, parameters and multiply-adds", () => {
    const [conv, pool, flatten, linear] = inferShapes(network(
      { kind: "conv2d", name: "conv", outChannels: 4, kernelSize: 5 },
      { kind: "maxPool2d", name: "pool", size: 5 },
      { kind: "flatten", name: "flatten" },
      { kind: "linear", name: "fc", outFeatures: 10 },
    ));
    assertEquals(conv?.outputShape, [24, 24, 4]);
    assertEquals(conv?.parameters.map(({ shape, fanIn }) => [...shape, fanIn]), [
      [5, 5, 1, 4, 25],
      [4, 25],
    ]);
    assertEquals(conv?.multiplyAdds, 24 * 24 * 4 * 26);
    assertEquals(pool?.outputShape, [4, 4, 4]);
    assertEquals(flatten?.outputShape, [64]);
    assertEquals(linear?.parameters.map(({ name }) => name), ["fc.weight", "fc.bias"]);
  });

  const misplaced: readonly (readonly [string, readonly Layer[], RegExp])[] = [
    [
      "a kernel larger than its image",
      [{ kind: "conv2d", name: "conv", outChannels: 1, kernelSize: 29 }],
      /layer 'conv' \(conv2d\): its kernel of 29 must fit .* got \[28, 28, 1\]/,
    ],
    [
      "a pooling window larger than its image",
      [{ kind: "maxPool2d", name: "pool", size: 30 }],
      /layer 'pool' \(maxPool2d\): its window of 30 must fit/,
    ],
    [
      "a linear layer on an image",
      [{ kind: "linear", name: "fc", outFeatures: 2 }],
      /layer 'fc' \(linear\): it must follow a layer whose output is \[features\]/,
    ],
    [
      "a convolution on a vector",
      [
        { kind: "flatten", name: "flatten" },
        { kind: "conv2d", name: "conv", outChannels: 1, kernelSize: 1 },
      ],
      /layer 'conv' \(conv2d\): it must follow .* \[height, width, channels\], got \[784\]/,
    ],
  ];
  for (const [what, layers, message] of misplaced) {
    it(`refuses ${what}`, () => {
      assertThrowsMatch(() => inferShapes(network(...layers)), message);
    });
  }
});
