/**
 * Writes one large checkpoint over the other, says a line before each, and does not stop: checkpoint_file_test.ts kills
 * it.
 */
import { writeCheckpoint } from "../../../ml/checkpoint/checkpoint.ts";
import { aCheckpoint, aSpec } from "./support.ts";

const [path = ""] = Deno.args;
const checkpoint = aCheckpoint({ spec: aSpec("DROPOUT_CNN") });
for (let turn = 0;; turn++) {
  const step = 5 + turn % 4;
  console.log(step);
  await writeCheckpoint(path, { ...checkpoint, step, epochLoss: step, epochCorrect: 1 });
}
