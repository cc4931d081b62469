/**
 * Trains a spec to its end by train() alone and prints, as JSON, the seconds from the end of its first epoch to the
 * end of its last. Nothing is logged or saved.
 *
 *     bare.ts SPEC DATA_FOLDER
 */
import { openDataset } from "../../data/storage/open.ts";
import { selectEngine } from "../../ml/engines/registry.ts";
import type { TrainingSpec } from "../../ml/spec/spec.ts";
import { train } from "../../ml/training/train.ts";

if (import.meta.main) {
  const [json = "", folder = ""] = Deno.args;
  const spec: TrainingSpec = JSON.parse(json);
  const engine = await selectEngine(spec.device);
  const [trainSet, testSet] = await Promise.all([
    openDataset(spec.dataset, "train", folder),
    openDataset(spec.dataset, "test", folder),
  ]);
  const ends: number[] = [];
  for await (const event of train(spec, { engine, train: trainSet, test: testSet })) {
    if (event.type === "epoch") ends.push(performance.now());
  }
  const [first = NaN] = ends;
  console.log(JSON.stringify({ seconds: ((ends.at(-1) ?? NaN) - first) / 1000 }));
  Deno.exit(0);
}
