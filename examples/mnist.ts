/**
 * The whole idea on one screen: a network as data, a training step compiled from it, epochs as they come.
 * Run: `deno task setup && deno run -A examples/mnist.ts`.
 */
import { downloadDataset, openDataset } from "../data/mod.ts";
import {
  type Network,
  renderSummary,
  resolveSpec,
  selectEngine,
  summarize,
  train,
} from "../ml/mod.ts";

const network: Network = {
  name: "mnist",
  inputShape: [28, 28, 1],
  normalization: { mean: 0.1307, std: 0.3081 },
  layers: [
    { kind: "conv2d", name: "conv1", outChannels: 16, kernelSize: 5 },
    { kind: "relu", name: "relu1" },
    { kind: "maxPool2d", name: "pool1", size: 2 },
    { kind: "conv2d", name: "conv2", outChannels: 32, kernelSize: 5 },
    { kind: "relu", name: "relu2" },
    { kind: "maxPool2d", name: "pool2", size: 2 },
    { kind: "flatten", name: "flatten" },
    { kind: "linear", name: "fc", outFeatures: 10 },
  ],
  loss: "crossEntropy",
};
console.log(renderSummary(summarize(network)));

const folder = ".epochql/data";
await downloadDataset("mnist", folder, console.error);
const [trainSet, testSet] = await Promise.all([
  openDataset("mnist", "train", folder),
  openDataset("mnist", "test", folder),
]);

const [epochs = "3"] = Deno.args;
const sizes = { trainSize: trainSet.count, testSize: testSet.count };
const spec = {
  ...resolveSpec({ epochs: Number(epochs), batchSize: 64, learningRate: 0.001, seed: 1 }, sizes),
  network,
  optimizer: { kind: "adam", beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
} as const;

const engine = await selectEngine("AUTO");
for await (const event of train(spec, { engine, train: trainSet, test: testSet })) {
  if (event.type !== "epoch") continue;
  const { number, trainLoss, testAcc, seconds } = event;
  console.log(
    `epoch ${number}: train loss ${trainLoss.toFixed(3)}, ` +
      `test accuracy ${(100 * testAcc).toFixed(2)}% (${seconds.toFixed(1)} s)`,
  );
}
