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
import { type Arrival, windowsOf } from "./windows.ts";

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
  const arrivals: Arrival[] = [];
  const evaluations: number[] = [];
  let batchSeconds = 0;
  let from: number | undefined;
  for await (const event of train(spec, { engine, train: trainSet, test: testSet })) {
    const time = performance.now();
    if (event.type === "batches") {
      from ??= time + 1000 * Number(warmUp);
      const { epoch, firstStep, losses, samplesPerSecond } = event;
      arrivals.push({ time, epoch, step: firstStep + losses.length - 1 });
      batchSeconds += losses.length * spec.batchSize / samplesPerSecond;
    } else if (event.type === "epoch") {
      evaluations.push(evaluationOf(event.seconds, batchSeconds));
      batchSeconds = 0;
      if (from !== undefined && time > from + 1000 * Number(seconds)) break;
    }
  }
  const sample: Sample = {
    windows: windowsOf(arrivals, from ?? 0),
    evaluations,
    rssMegabytes: await peakRss(Deno.pid),
  };
  console.log(JSON.stringify(sample));
  Deno.exit(0);
}
