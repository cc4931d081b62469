/** Collating samples to batches, as PyTorch documents default_collate. */
import { assertEquals } from "@std/assert";
import { assertThrowsMatch } from "../../support/errors.ts";
import { describe, it } from "@std/testing/bdd";
import { defaultCollate, defaultConvert } from "../../../data/loader/collate.ts";
import type { Image, Tensor } from "../../../data/tensor.ts";

const image = (...pixels: number[]): Image => ({
  shape: [1, 2, 1],
  pixels: Uint8Array.from(pixels),
});

describe("defaultCollate()", () => {
  it("makes whole numbers an int32 tensor, others a float64 tensor", () => {
    assertEquals(defaultCollate([0, 1, 2, 3]), { shape: [4], data: Int32Array.of(0, 1, 2, 3) });
    assertEquals(defaultCollate([1, 0.1]).data, Float64Array.of(1, 0.1));
    assertEquals(defaultCollate([2 ** 31]).data, Float64Array.of(2 ** 31));
    assertEquals(defaultCollate([true, false]).data, Uint8Array.of(1, 0));
  });

  it("leaves strings an array, and goes into arrays and records", () => {
    assertEquals(defaultCollate(["a", "b"]), ["a", "b"]);
    assertEquals(defaultCollate([[0, 1], [2, 3]]), [
      { shape: [2], data: Int32Array.of(0, 2) },
      { shape: [2], data: Int32Array.of(1, 3) },
    ]);
    assertEquals(defaultCollate([{ A: 0, B: "x" }, { A: 100, B: "y" }]), {
      A: { shape: [2], data: Int32Array.of(0, 100) },
      B: ["x", "y"],
    });
  });

  it("stacks tensors and typed arrays and keeps their type", () => {
    const tensor = (...data: number[]): Tensor<Int16Array> => ({
      shape: [1, 2],
      data: Int16Array.from(data),
    });
    const stacked: Tensor<Int16Array> = defaultCollate([tensor(1, 2), tensor(3, 4)]);
    assertEquals(stacked, { shape: [2, 1, 2], data: Int16Array.of(1, 2, 3, 4) });
    const arrays: Tensor<Float32Array> = defaultCollate([Float32Array.of(1), Float32Array.of(2)]);
    assertEquals(arrays, { shape: [2, 1], data: Float32Array.of(1, 2) });
    for (
      const type of [Float64Array, Int8Array, Int32Array, Uint8Array, Uint16Array, Uint32Array]
    ) {
      const stacked: unknown = defaultCollate([type.of(1)]);
      assertEquals(stacked, { shape: [1, 1], data: type.of(1) });
    }
  });

  it("makes images a float32 tensor with the channels first, as ToTensor() gives", () => {
    const batch: Tensor<Float32Array> = defaultCollate([image(0, 255), image(51, 102)]);
    assertEquals(batch.shape, [2, 1, 1, 2]);
    assertEquals(batch.data, Float32Array.of(0, 1, 0.2, 0.4));
  });

  it("refuses samples that do not go together", () => {
    const tensor = (shape: number[]): Tensor<Float32Array> => ({
      shape,
      data: new Float32Array(shape.reduce((product, side) => product * side, 1)),
    });
    const table: readonly [samples: readonly unknown[], name: string, says: RegExp][] = [
      // torch.stack: stack expects each tensor to be equal size, but got [1, 2] at entry 0 and [2, 1] at entry 1
      [[tensor([1, 2]), tensor([2, 1])], "RangeError", /shape \[1, 2\] .*, got \[2, 1\] at 1\.$/],
      [
        [image(1, 2), { shape: [2, 1, 1], pixels: new Uint8Array(2) }],
        "RangeError",
        /got \[2, 1, 1\] at 1/,
      ],
      // each element in list of batch should be of equal size
      [[[1, 2], [1]], "RangeError", /all arrays must have 2 elements .* got 1\.$/],
      // default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; found ...
      [[new Date(0)], "TypeError", /got Date\. Give a collateFn of your own\.$/],
      [[null], "TypeError", /got null\./],
      [[10n], "TypeError", /got a bigint\./],
      [[1, "a"], "TypeError", /all samples must be numbers .* got a string at 1\.$/],
      [[{ a: 1 }, 5], "TypeError", /must be records .* got a number at 1\.$/],
      [[{ a: 1 }, {}], "TypeError", /must be numbers .* got undefined at 1\.$/],
      [
        [Float32Array.of(1), Int8Array.of(1)],
        "TypeError",
        /kept in a Float32Array .* Int8Array at 1/,
      ],
      [
        [{ shape: [3], data: new Float32Array(2) }],
        "RangeError",
        /must have 3 numbers, got 2 at 0/,
      ],
      [[], "RangeError", /at least 1 sample, got 0\.$/],
    ];
    for (const [samples, name, message] of table) {
      assertThrowsMatch(() => defaultCollate(samples), { name, message });
    }
  });
});

describe("defaultConvert()", () => {
  it("makes typed arrays tensors wherever they are and leaves the rest alone", () => {
    const picture = image(1, 2);
    assertEquals(defaultConvert([Float32Array.of(1, 2), 3, { a: "x", b: picture }]), [
      { shape: [2], data: Float32Array.of(1, 2) },
      3,
      { a: "x", b: picture },
    ]);
  });
});
