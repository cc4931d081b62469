/** Initial weights, and the two layouts of parameters. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { initialParameters } from "../../../ml/network/init.ts";
import { type Network, parameterLayouts, parametersOf } from "../../../ml/network/network.ts";
import { layers } from "../../../ml/network/parse.ts";
import { RECIPE_NAMES, RECIPES } from "../../../ml/spec/recipes.ts";

describe("initialParameters()", () => {
  it("is uniform in ±1/sqrt(fanIn), kernels and biases alike", () => {
    const { network } = RECIPES.BASIC_CNN;
    const drawn = new Map(initialParameters(network, 1).map((array) => [array.name, array.values]));
    for (const { name, fanIn } of parametersOf(network)) {
      const values = drawn.get(name) ?? new Float32Array();
      const bound = 1 / Math.sqrt(fanIn);
      assert(values.every((value) => value >= -bound && value < bound), name);
      assert(Math.max(...values.subarray(0, 5000)) > 0.3 * bound, name);
    }
    const weight = drawn.get("fc1.weight") ?? new Float32Array();
    const bound = 1 / Math.sqrt(1600);
    const mean = weight.reduce((sum, value) => sum + value, 0) / weight.length;
    const square = weight.reduce((sum, value) => sum + value * value, 0) / weight.length;
    assert(Math.abs(mean) < 0.02 * bound);
    assert(Math.abs(square / (bound * bound) - 1 / 3) < 0.01);
  });

  it("draws the same for the same seed, other numbers for another seed or parameter", () => {
    const { network } = RECIPES.WIDE_KERNEL_CNN;
    const [first, again, other] = [1, 1, 2].map((seed) => initialParameters(network, seed));
    assertEquals(again, first);
    assertNotEquals(other?.[0]?.values, first?.[0]?.values);
    const biases = first?.filter(({ name }) => name.endsWith("bias")) ?? [];
    const starts = new Set(biases.map(({ values }) => Math.sign(values[0] ?? 0) + ":" + values[0]));
    assertEquals(starts.size, biases.length);
  });

  it("has PyTorch's shapes", () => {
    const shapes = initialParameters(RECIPES.BASIC_CNN.network, 1).map(({ name, shape }) => [
      name,
      ...shape,
    ]);
    assertEquals(shapes, [
      ["conv1.weight", 32, 1, 3, 3],
      ["conv1.bias", 32],
      ["conv2.weight", 64, 32, 3, 3],
      ["conv2.bias", 64],
      ["fc1.weight", 64, 1600],
      ["fc1.bias", 64],
      ["fc2.weight", 10, 64],
      ["fc2.bias", 10],
    ]);
  });
});

describe("parameterLayouts()", () => {
  const count = (length: number) => Float32Array.from({ length }, (_, position) => position);

  it("turns kernels from [out, in, height, width] to [height, width, in, out]", () => {
    const network: Network = {
      ...RECIPES.BASIC_CNN.network,
      inputShape: [4, 4, 2],
      layers: layers([{ conv2d: { name: "conv", outChannels: 3, kernelSize: 2 } }]),
    };
    const inside = parameterLayouts(network).get("conv.weight")?.fromTorch(count(24));
    // Element [y=0, x=1, in=1, out=2] inside is [2, 1, 0, 1] outside.
    assertEquals(inside?.[((0 * 2 + 1) * 2 + 1) * 3 + 2], ((2 * 2 + 1) * 2 + 0) * 2 + 1);
  });

  it("orders the inputs behind a flattened image as PyTorch does: channel, row, column", () => {
    const network: Network = {
      ...RECIPES.BASIC_CNN.network,
      inputShape: [2, 3, 4],
      layers: layers([
        { flatten: {} },
        { dropout: {} },
        { linear: { name: "fc1", outFeatures: 5 } },
        { linear: { name: "fc2", outFeatures: 2 } },
      ]),
    };
    const layouts = parameterLayouts(network);
    const first = layouts.get("fc1.weight");
    assertEquals(first?.torchShape, [5, 24]);
    // Row 1, column 2, channel 3 to output 4.
    const inside = first?.fromTorch(count(120));
    assertEquals(inside?.[((1 * 3 + 2) * 4 + 3) * 5 + 4], 4 * 24 + (3 * 2 + 1) * 3 + 2);
    // The next matrix is only transposed.
    const second = layouts.get("fc2.weight")?.fromTorch(count(10));
    assertEquals([...second ?? []], [0, 5, 1, 6, 2, 7, 3, 8, 4, 9]);
  });

  it("comes back to the same numbers from the other layout, for every parameter", () => {
    for (const recipe of RECIPE_NAMES) {
      const { network } = RECIPES[recipe];
      const layouts = parameterLayouts(network);
      for (const { name, values } of initialParameters(network, 3)) {
        const layout = layouts.get(name);
        assertEquals(layout?.toTorch(layout.fromTorch(values)), values, name);
      }
    }
  });
});
