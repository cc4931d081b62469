/** Prints a short training's losses and weights, digested: train_test.ts runs it in processes of its own. */
import { RECIPES } from "../../../ml/spec/recipes.ts";
import { epochOrder } from "../../../data/random.ts";
import { noise } from "./datasets.ts";
import { cpuEngine } from "./tensorflow.ts";

async function digest(values: Float32Array): Promise<string> {
  const hash = await crypto.subtle.digest(
    "SHA-256",
    new Uint8Array(new Float32Array(values).buffer),
  );
  return new Uint8Array(hash).toHex();
}

const seed = Number(Deno.args[0]);
const train = noise("train", 1000);
const { batchSize, ...preset } = RECIPES.DROPOUT_CNN;
const session = await (await cpuEngine()).prepare({
  ...preset,
  batchSize,
  seed,
  train,
  test: noise("test", 300),
});
const { losses } = await session.trainSteps(epochOrder(seed, 1, train.count), 1);
const { loss, acc } = await session.evaluate();
const weights = [];
for (const { name, values } of await session.readState()) {
  weights.push([name, await digest(values)]);
}
console.log(JSON.stringify({ losses: [...losses], loss, acc, weights }));
