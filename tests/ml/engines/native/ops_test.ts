/** Every operation in the native engine, for each set of instructions: finite differences, and TensorFlow's numbers. */
import { assert } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { BASIC_CASES } from "../../graph/gradients/cases.ts";
import { LAYER_CASES } from "../../graph/gradients/layer_cases.ts";
import { prepare, risesOf } from "../../graph/gradients/prepare.ts";
import { calculatingNatively, nativeLibrary } from "../../support/native.ts";
import { distance } from "../../support/tensorflow.ts";
import { holdToTensorFlow } from "./hold_to_tensorflow.ts";

const THREADS = [1, 2, 3, 8] as const;

for (const level of nativeLibrary().levels) {
  describe(`the native engine with instructions '${level}'`, () => {
    for (const each of [...BASIC_CASES, ...LAYER_CASES]) {
      const title = `${each.kind} of ${each.shapes.map((shape) => `[${shape}]`).join(" and ")}`;
      const [rows = 0] = each.shapes[0] ?? [];
      const names = each.shapes.flatMap(([count], at) => count === rows ? [`x${at}`] : []);
      /** As work of its own, and by parts of a batch. */
      const modes = [{}, { rows, samples: [...names, "labels"], parts: Math.min(2, rows) }];

      it(`has the gradients of finite differences for ${title}`, async () => {
        const { fed, result, ours } = prepare(each);
        await calculatingNatively([result, ...ours], async (calculate) => {
          const [, ...analytic] = await calculate(fed);
          for (const position of each.shapes.keys()) {
            const numeric = await risesOf(fed, `x${position}`, calculate);
            const off = distance(analytic[position] ?? [], numeric);
            assert(off < 2e-3, `input ${position} is off by ${off}`);
          }
        }, { level });
      });

      it(`has TensorFlow's numbers, the same bits on any number of threads, for ${title}`, async () => {
        await holdToTensorFlow(prepare(each), { level, modes, threads: THREADS, bound: 1e-5 });
      });
    }
  });
}
