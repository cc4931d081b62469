/** A process that predicts once, prints the id of its predictor and waits: `host.ts CHECKPOINT SHA256 SCRATCH`. */
import { createPredictorProcess } from "../../../runs/predictor/process.ts";

const [path = "", sha256 = "", scratch = ""] = Deno.args;
let predictor = 0;
const classifier = createPredictorProcess({ scratch, onStart: (pid) => predictor = pid });
await classifier.classify({ sha256, lend: (use) => use(path) }, new Uint8Array(784));
console.log(predictor);
setInterval(() => {}, 1000);
