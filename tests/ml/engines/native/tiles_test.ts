/** Convolutions and matrix products of sizes that the native engine's kernels do in vectors, against TensorFlow. */
import { describe, it } from "@std/testing/bdd";
import { prepare } from "../../graph/gradients/prepare.ts";
import { TILE_CASES } from "../../graph/gradients/tile_cases.ts";
import { nativeLibrary } from "../../support/native.ts";
import { holdToTensorFlow } from "./hold_to_tensorflow.ts";

for (const level of nativeLibrary().levels) {
  describe(`the native engine's vectors with instructions '${level}'`, () => {
    for (const each of TILE_CASES) {
      const title = `${each.kind} of ${each.shapes.map((shape) => `[${shape}]`).join(" and ")}`;
      it(`have TensorFlow's numbers, whatever the threads, for ${title}`, async () => {
        const prepared = prepare(each);
        const [rows = 0] = prepared.result.shape;
        const samples = each.kind === "matMul" ? [] : ["x0", "x3"];
        const modes = [{}, { rows, samples, parts: 2 }];
        await holdToTensorFlow(prepared, { level, modes, threads: [1, 3], bound: 2e-5 });
      });
    }
  });
}
