/** Networks as data: what follows what, and what is derived. */
import { assertEquals } from "@std/assert";
import { assertThrowsMatch } from "../../support/errors.ts";
import { describe, it } from "@std/testing/bdd";
import { inferShapes, type Network } from "../../../ml/network/network.ts";
import { RECIPES } from "../../../ml/spec/recipes.ts";
import { type LayerInput, layers } from "../../../ml/network/parse.ts";

const network = (...list: readonly LayerInput[]): Network => ({
  ...RECIPES.BASIC_CNN.network,
  layers: layers(list),
});

describe("inferShapes()", () => {
  it("derives shapes, parameters and multiply-adds", () => {
    const [conv, pool, flatten, linear] = inferShapes(network(
      { conv2d: { name: "conv", outChannels: 4, kernelSize: 5 } },
      { maxPool2d: { name: "pool", kernelSize: 5 } },
      { flatten: { name: "flatten" } },
      { linear: { name: "fc", outFeatures: 10 } },
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

  const misplaced: readonly (readonly [string, readonly LayerInput[], RegExp])[] = [
    [
      "a kernel larger than its image",
      [{ conv2d: { name: "conv", outChannels: 1, kernelSize: 29 } }],
      /layer 'conv' \(conv2d\): its kernel of 29 x 29 must fit .* got \[1, 28, 28\]/,
    ],
    [
      "a pooling window larger than its image",
      [{ maxPool2d: { name: "pool", kernelSize: 30 } }],
      /layer 'pool' \(maxPool2d\): its window of 30 must fit/,
    ],
    [
      "a linear layer on an image",
      [{ linear: { name: "fc", outFeatures: 2 } }],
      /layer 'fc' \(linear\): it must follow a layer whose output is \[features\]/,
    ],
    [
      "a convolution on a vector",
      [
        { flatten: { name: "flatten" } },
        { conv2d: { name: "conv", outChannels: 1, kernelSize: 1 } },
      ],
      /layer 'conv' \(conv2d\): it must follow .* \[channels, height, width\], got \[784\]/,
    ],
    [
      "groups that do not divide the channels",
      [
        { conv2d: { outChannels: 4, kernelSize: 1 } },
        { conv2d: { name: "conv", outChannels: 6, kernelSize: 1, groups: 4 } },
      ],
      /'conv' \(conv2d\): its 4 groups must divide its 4 input channels and its 6 output channels, got/,
    ],
    [
      "a dilated kernel larger than its image",
      [{ conv2d: { outChannels: 1, kernelSize: 3, dilation: 15, padding: 1 } }],
      /layer conv2d: its kernel of 3 x 3 must fit/,
    ],
    [
      "a pool with more padding than half of its window",
      [{ avgPool2d: { kernelSize: 3, padding: [1, 2] } }],
      /layer avgPool2d: its padding of 1 x 2 must be at most half of its window, got \[1, 28, 28\]/,
    ],
    [
      "groups of a normalisation that do not divide the channels",
      [{ groupNorm: { numGroups: 2 } }],
      /layer groupNorm: its 2 groups must divide its 1 channels, got/,
    ],
    [
      "branches of two sizes",
      [{
        parallel: {
          merge: "CONCAT",
          branches: [{ layers: [{ globalAvgPool: {} }] }, { layers: [] }],
        },
      }],
      /the branches of parallel by CONCAT: .* equal but for the channels, got \[1, 1, 1\] and \[1, 28, 28\]/,
    ],
    [
      "branches that flatten images, whose order is another than PyTorch's",
      [
        { conv2d: { outChannels: 2, kernelSize: 1 } },
        {
          parallel: {
            merge: "CONCAT",
            branches: [{ layers: [{ flatten: {} }] }, { layers: [{ flatten: {} }] }],
          },
        },
      ],
      /by CONCAT: flatten must come after the merge/,
    ],
  ];
  for (const [what, layers, message] of misplaced) {
    it(`refuses ${what}`, () => {
      assertThrowsMatch(() => inferShapes(network(...layers)), message);
    });
  }
});
