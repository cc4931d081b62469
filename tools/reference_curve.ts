/**
 * Trains BASIC_CNN with several seeds and prints the means beside the reference curve, a run of the recipe's
 * author. Single epochs vary (the first epoch's test accuracy by one point, in PyTorch too), so the mean accuracy
 * over the epochs must be within 0.4 points. It takes minutes and is run by hand:
 *
 *     deno run -A tools/reference_curve.ts [number of seeds] [data folder]
 */
import { downloadDataset } from "../data/storage/download.ts";
import { openDataset } from "../data/storage/open.ts";
import { selectEngine } from "../ml/engines/registry.ts";
import type { EpochEvent } from "../ml/training/events.ts";
import { resolveSpec } from "../ml/spec/resolve.ts";
import { train } from "../ml/training/train.ts";

const REFERENCE = {
  trainAcc: [0.776, 0.941, 0.962, 0.971, 0.975],
  trainLoss: [0.744, 0.196, 0.123, 0.094, 0.078],
  testAcc: [0.911, 0.962, 0.975, 0.974, 0.980],
  testLoss: [0.284, 0.128, 0.089, 0.078, 0.062],
} as const;
const METRICS = ["trainAcc", "trainLoss", "testAcc", "testLoss"] as const;
const TOLERANCE = 0.004;

const [seeds = "3", folder = ".epochql/data"] = Deno.args;
await downloadDataset("mnist", folder, console.log);
const [trainSet, testSet] = [
  await openDataset("mnist", "train", folder),
  await openDataset("mnist", "test", folder),
];
const engine = await selectEngine("AUTO");
const runs: EpochEvent[][] = [];
for (let seed = 1; seed <= Number(seeds); seed++) {
  const spec = resolveSpec({ seed }, { trainSize: trainSet.count, testSize: testSet.count });
  const epochs: EpochEvent[] = [];
  for await (const event of train(spec, { engine, train: trainSet, test: testSet })) {
    if (event.type === "epoch") epochs.push(event);
  }
  runs.push(epochs);
  const accs = epochs.map(({ testAcc }) => testAcc.toFixed(4)).join(" ");
  const seconds = epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
  console.log(`seed ${seed}: test acc ${accs}; ${seconds.toFixed(1)} s`);
}

const table = REFERENCE.trainAcc.map((_, epoch) =>
  Object.fromEntries(METRICS.map((metric) => {
    const mean = runs.reduce((sum, run) => sum + (run[epoch]?.[metric] ?? NaN), 0) / runs.length;
    return [metric, { mean, off: mean - (REFERENCE[metric][epoch] ?? NaN) }] as const;
  }))
);
console.log(["epoch", ...METRICS].map((title) => title.padEnd(18)).join(""));
for (const [epoch, row] of table.entries()) {
  const cells = METRICS.map((metric) => {
    const { mean = NaN, off = NaN } = row[metric] ?? {};
    return `${mean.toFixed(4)} (${off < 0 ? "" : "+"}${off.toFixed(4)})`.padEnd(18);
  });
  console.log(String(epoch + 1).padEnd(18) + cells.join(""));
}
for (const metric of ["trainAcc", "testAcc"] as const) {
  const off = table.reduce((sum, row) => sum + (row[metric]?.off ?? NaN), 0) / table.length;
  const fits = Math.abs(off) <= TOLERANCE;
  console.log(
    `${metric}: ${(off * 100).toFixed(2)} points off on average, ${fits ? "fits" : "too far"}`,
  );
  if (!fits) Deno.exitCode = 1;
}
