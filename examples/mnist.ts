/**
 * The whole idea on one screen: a network as data, a training step compiled from it, epochs as they come.
 * Run: `deno task setup && deno run -A examples/mnist.ts`.
 */
import { downloadDataset, openDataset } from "../data/mod.ts";
import { renderSummary, resolveSpec, selectEngine, summarize, train } from "../ml/mod.ts";

const folder = ".epochql/data";
await downloadDataset("mnist", folder, console.error);
const [trainSet, testSet] = await Promise.all([
  openDataset("mnist", "train", folder),
  openDataset("mnist", "test", folder),
]);

const [epochs = "3"] = Deno.args;
const spec = resolveSpec({
  network: {
    layers: [
      { conv2d: { outChannels: 16, kernelSize: 5 } },
      { relu: {} },
      { maxPool2d: { kernelSize: 2 } },
      { conv2d: { outChannels: 32, kernelSize: 5 } },
      { relu: {} },
      { maxPool2d: { kernelSize: 2 } },
      { flatten: {} },
      { linear: {} },
    ],
  },
  optimizer: { adam: {} },
  learningRate: 0.001,
  epochs: Number(epochs),
  seed: 1,
}, { trainSize: trainSet.count, testSize: testSet.count });
console.log(renderSummary(summarize(spec.network)));

const engine = await selectEngine("AUTO");
for await (const event of train(spec, { engine, train: trainSet, test: testSet })) {
  if (event.type !== "epoch") continue;
  const { number, trainLoss, testAcc, seconds } = event;
  console.log(
    `epoch ${number}: train loss ${trainLoss.toFixed(3)}, ` +
      `test accuracy ${(100 * testAcc).toFixed(2)}% (${seconds.toFixed(1)} s)`,
  );
}
