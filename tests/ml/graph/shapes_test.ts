/** The operations' shape rules: what fits gives the right shape, what does not is refused. */
import { assertEquals, assertMatch, assertStrictEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { add, addN, broadcastTo, multiply, sum } from "../../../ml/graph/ops/arithmetic.ts";
import {
  negativeLogLikelihood,
  softmaxCrossEntropy,
} from "../../../ml/graph/ops/classification.ts";
import {
  cast,
  concat,
  gatherRows,
  pad,
  reshape,
  slice,
  sliceRows,
} from "../../../ml/graph/ops/data.ts";
import { biasAdd, matMul, reluGradient } from "../../../ml/graph/ops/dense.ts";
import { averagePool2d, conv2d, maxPool2d } from "../../../ml/graph/ops/image.ts";
import { batchNorm } from "../../../ml/graph/ops/normalization.ts";
import { placeholder, variable } from "../../../ml/graph/ops/sources.ts";
import type { DType, Shape } from "../../../ml/graph/tensor.ts";

const x = (shape: Shape, dtype: DType = "float32") => placeholder("x", { shape, dtype });

describe("an operation", () => {
  it("knows the shape of its result", () => {
    assertEquals(add(x([2, 1, 3]), x([4, 1])).shape, [2, 4, 3]);
    assertEquals(sum(x([2, 3, 4]), [1]).shape, [2, 4]);
    assertEquals(sum(x([2, 3, 4]), [1], true).shape, [2, 1, 4]);
    assertEquals(matMul(x([5, 2]), x([3, 5]), true, true).shape, [2, 3]);
    assertEquals(conv2d(x([8, 28, 28, 1]), x([3, 3, 1, 32])).shape, [8, 26, 26, 32]);
    assertEquals(maxPool2d(x([8, 11, 11, 4]), 2).shape, [8, 5, 5, 4]);
    const strided = { strides: [2, 1], padding: [1, 1, 0, 2], dilations: [2, 1] } as const;
    assertEquals(conv2d(x([8, 9, 9, 4]), x([3, 3, 2, 6]), { ...strided, groups: 2 }).shape, [
      8,
      4,
      9,
      6,
    ]);
    const padded = { strides: [2, 2], padding: [1, 2, 1, 2] } as const;
    assertEquals(averagePool2d(x([8, 5, 6, 4]), [3, 2], padded).shape, [8, 3, 4, 4]);
    assertEquals(batchNorm(x([8, 5, 6, 4]), x([4]), x([4]), 1e-5).variance.shape, [4]);
    assertEquals(concat([x([2, 3]), x([2, 4])], 1).shape, [2, 7]);
    assertEquals(pad(x([2, 3]), [1, 0], [0, 2]).shape, [3, 5]);
    const table = variable("images", { shape: [100, 28, 28, 1], dtype: "uint8" });
    const rows = gatherRows(table, x([32], "int32"));
    assertEquals([rows.shape, rows.dtype], [[32, 28, 28, 1], "uint8"]);
    assertEquals(sliceRows(rows, 4, 2).shape, [2, 28, 28, 1]);
  });

  it("is left out where it would change nothing", () => {
    const same = x([3]);
    assertStrictEquals(cast(same, "float32"), same);
    assertStrictEquals(sliceRows(same, 0, 3), same);
    assertStrictEquals(addN([same]), same);
  });

  const misfits: readonly (readonly [string, () => unknown, RegExp])[] = [
    ["multiply of shapes that do not broadcast", () => multiply(x([2]), x([3])), /broadcast, got/],
    [
      "add of two types",
      () => add(x([2]), x([2], "int32")),
      /one type, got float32 \[2\] and int32/,
    ],
    ["addN of two shapes", () => addN([x([2]), x([3])]), /one shape/],
    ["sum over an axis that is not there", () => sum(x([2]), [1]), /axes 1 must exist/],
    ["broadcastTo a shape it does not fit into", () => broadcastTo(x([3]), [2, 4]), /\[2, 4\]/],
    ["matMul of unequal inner sizes", () => matMul(x([2, 3]), x([2, 3])), /inner sizes/],
    ["matMul of a vector", () => matMul(x([3]), x([3, 3])), /matrices/],
    ["biasAdd of another number of channels", () => biasAdd(x([2, 3]), x([2])), /\[channels\]/],
    ["reluGradient of two shapes", () => reluGradient(x([2]), x([3])), /one shape/],
    ["conv2d of a kernel that is too large", () => conv2d(x([1, 2, 2, 1]), x([3, 3, 1, 1])), /fit/],
    ["conv2d of other channels", () => conv2d(x([1, 4, 4, 2]), x([3, 3, 1, 1])), /\[kh, kw, in/],
    ["maxPool2d of a window that is too large", () => maxPool2d(x([1, 1, 1, 1]), 2), /at least 2/],
    [
      "conv2d of groups that do not divide the channels",
      () => conv2d(x([1, 4, 4, 4]), x([1, 1, 2, 3]), { groups: 2 }),
      /2 groups must divide the channels/,
    ],
    [
      "conv2d of stride 0",
      () => conv2d(x([1, 4, 4, 1]), x([1, 1, 1, 1]), { strides: [0, 1] }),
      /fit/,
    ],
    ["batchNorm of other channels", () => batchNorm(x([1, 2, 2, 3]), x([3]), x([2]), 1), /\[c\]/],
    ["concat of other sizes", () => concat([x([2, 3]), x([3, 3])], 1), /but those of axis 1/],
    ["slice outside of the tensor", () => slice(x([2, 3]), [1, 1], [1, 3]), /must lie inside/],
    ["pad of a negative size", () => pad(x([2]), [-1], [0]), /at least 0/],
    ["reshape to another size", () => reshape(x([6]), [4]), /size must be that of \[4\]/],
    ["sliceRows beyond the end", () => sliceRows(x([4]), 3, 2), /rows 3 to 5 must exist/],
    ["gatherRows from what is no variable", () => gatherRows(x([4]), x([2], "int32")), /variable/],
    [
      "softmaxCrossEntropy with float labels",
      () => softmaxCrossEntropy(x([2, 3]), x([2])),
      /int32/,
    ],
    [
      "negativeLogLikelihood with too few labels",
      () => negativeLogLikelihood(x([2, 3]), x([1], "int32")),
      /\[n, classes\] and int32 \[n\]/,
    ],
  ];
  for (const [what, make, message] of misfits) {
    it(`refuses ${what}`, () => {
      const error = assertThrows(make);
      assertMatch(error instanceof RangeError ? error.message : "", /^Cannot apply /);
      assertMatch(error instanceof RangeError ? error.message : "", message);
    });
  }
});
