/**
 * Measures train() in a process of its own, without worker, log and watcher: the difference to the whole stack is
 * its overhead. Prints a sample as JSON, as the Python peers do.
 *
 *     alone.ts NETWORK DATA_FOLDER WARM_UP SECONDS
 */
import { openDataset } from "../../data/storage/open.ts";
import { selectEngine } from "../../ml/engines/registry.ts";
import { train } from "../../ml/training/train.ts";
import { evaluationOf } from "./evaluations.ts";
import { peakRss } from "../processes.ts";
import type { Sample } from "./sample.ts";
import { BENCH_NETWORKS, benchSpec } from "./spec.ts";
import { StepClock } from "./step_clock.ts";

if (import.meta.main) {
  const [name = "", folder = "", warmUp = "", seconds = ""] = Deno.args;
  const network = BENCH_NETWORKS.find((network) => network === name);
  if (!network) throw new RangeError(`Cannot train '${name}': there is no such network.`);
  const spec = benchSpec(network);
  const engine = await selectEngine(spec.device);
  const [trainSet, testSet] = await Promise.all([
    openDataset(spec.dataset, "train", folder),
    openDataset(spec.dataset, "test", folder),
  ]);
  const clock = new StepClock({ warmUp: Number(warmUp), seconds: Number(seconds) });
  const evaluations: number[] = [];
  let batchSeconds = 0;
  for await (const event of train(spec, { engine, train: trainSet, test: testSet })) {
    if (event.type === "batches") {
      const { epoch, firstStep, losses, samplesPerSecond } = event;
      clock.note({ time: performance.now(), epoch, step: firstStep + losses.length - 1 });
      batchSeconds += losses.length * spec.batchSize / samplesPerSecond;
    } else if (event.type === "epoch") {
      evaluations.push(evaluationOf(event.seconds, batchSeconds));
      batchSeconds = 0;
      if (clock.isEnough) break;
    }
  }
  const sample: Sample = {
    windows: clock.windows,
    evaluations,
    rssMegabytes: await peakRss(Deno.pid),
  };
  console.log(JSON.stringify(sample));
  Deno.exit(0);
}
