/** Convolutions and matrix products of sizes that the native engine's kernels do in vectors, against TensorFlow. */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { prepare } from "../../graph/gradients/prepare.ts";
import { TILE_CASES } from "../../graph/gradients/tile_cases.ts";
import { calculatingNatively, nativeLibrary } from "../../support/native.ts";
import { compute, distance } from "../../support/tensorflow.ts";

for (const level of nativeLibrary().levels) {
  describe(`the native engine's vectors with instructions '${level}'`, () => {
    for (const each of TILE_CASES) {
      const title = `${each.kind} of ${each.shapes.map((shape) => `[${shape}]`).join(" and ")}`;
      it(`have TensorFlow's numbers, whatever the threads, for ${title}`, async () => {
        const { fed, result, ours } = prepare(each);
        const expected = await compute([result, ...ours], fed);
        const [rows = 0] = result.shape;
        const samples = each.kind === "conv2d" ? ["x0"] : [];
        for (const mode of [{}, { rows, samples, parts: 2 }]) {
          let bits: readonly Float32Array[] | undefined;
          for (const threads of [1, 3]) {
            const actual = await calculatingNatively(
              [result, ...ours],
              (calculate) => calculate(fed),
              { level, threads, ...mode },
            );
            for (const [at, values] of expected.entries()) {
              const off = distance(actual[at] ?? [], values);
              assert(off < 2e-5, `result ${at} is off by ${off}`);
            }
            assertEquals(actual, bits ??= actual);
          }
        }
      });
    }
  });
}
