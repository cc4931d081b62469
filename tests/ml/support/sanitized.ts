/**
 * Runs every operation and some trainings in a library of the native engine: sanitizers_test.ts starts it with a
 * library that reports every wrong access. Prints 'done' at the end.
 */
import { openNative } from "../../../ml/engines/native/engine.ts";
import { LEVELS } from "../../../ml/engines/native/library.ts";
import { layers } from "../../../ml/network/parse.ts";
import { PRESETS } from "../../../ml/network/presets.ts";
import { RECIPES } from "../../../ml/spec/recipes.ts";
import { BASIC_CASES } from "../graph/gradients/cases.ts";
import { LAYER_CASES } from "../graph/gradients/layer_cases.ts";
import { TILE_CASES } from "../graph/gradients/tile_cases.ts";
import { prepare } from "../graph/gradients/prepare.ts";
import { noise } from "./datasets.ts";
import { calculatingNatively, nativeLibrary } from "./native.ts";

const [library = ""] = Deno.args;
const { levels } = nativeLibrary(library);
for (const each of [...BASIC_CASES, ...LAYER_CASES, ...TILE_CASES]) {
  const { fed, result, ours } = prepare(each);
  const [rows = 0] = each.shapes[0] ?? [];
  const names = each.shapes.flatMap(([count], at) => count === rows ? [`x${at}`] : []);
  const batch = { rows, samples: [...names, "labels"], parts: Math.min(2, rows) };
  for (const mode of [{}, batch]) {
    for (const level of levels) {
      const options = { level, threads: 3, ...mode };
      await calculatingNatively([result, ...ours], (calculate) => calculate(fed), options);
    }
  }
}

const order = Int32Array.from({ length: 14 }, (_, row) => row);
for (const threads of [1, 2, 3, 8]) {
  for (const preset of ["LENET", "MOBILENET_SMALL"] as const) {
    const level = LEVELS.find((each) => levels.includes(each));
    const session = await openNative({ threads, level, library }).prepare({
      ...RECIPES.WIDE_KERNEL_CNN,
      network: { ...RECIPES.BASIC_CNN.network, layers: layers(PRESETS[preset].layers) },
      batchSize: 8,
      seed: 1,
      train: noise("train", 14),
      test: noise("test", 9),
    });
    await session.trainSteps(order, 1);
    await session.evaluate();
    await session.predict(new Uint8Array(784));
    session.dispose();
  }
}
console.log("done");
