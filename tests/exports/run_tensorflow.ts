/**
 * Opens the archives of a folder with TensorFlow: SavedModels by its own loader, graph models by TensorFlow.js'. Runs
 * each on its images and writes the probabilities beside it.
 */
import { join } from "node:path";
import { loadTensorFlow } from "../../native/tensorflow.ts";
import { unpack } from "./unpack.ts";

const [folder = ""] = Deno.args;
const tf = await loadTensorFlow({ intraOp: 1, interOp: 1 });
type Tensor = ReturnType<typeof tf.tensor>;

const archives = (await Array.fromAsync(Deno.readDir(folder)))
  .filter(({ name }) => name.endsWith(".zip"));
for (const { name } of archives) {
  const unpacked = await unpack(join(folder, name));
  const { input: { name: input, shape: [, ...sample] } } = JSON.parse(
    await Deno.readTextFile(join(unpacked, "preprocessing.json")),
  );
  const beside = (end: string) => join(folder, `${name.slice(0, name.indexOf("."))}.${end}`);
  const values = new Float32Array((await Deno.readFile(beside("images"))).buffer);
  const images = tf.tensor(values).reshape([-1, ...sample]);
  const classify = await load(unpacked, input);
  const probabilities = classify(images);
  const alone = classify(images.slice([0], [1]));
  const isSame = alone.every((value, at) => Math.abs(value - (probabilities[at] ?? NaN)) < 1e-6);
  if (!isSame) throw new Error(`${name}: an image must give the same alone as among others.`);
  await Deno.writeFile(beside("probabilities"), new Uint8Array(probabilities.buffer));
}

async function load(path: string, input: string): Promise<(images: Tensor) => Float32Array> {
  if (path.endsWith(".saved_model")) {
    const model = await tf.node.loadSavedModel(path);
    return (images) => valuesOf(Reflect.get(model.predict({ [input]: images }), "probabilities"));
  }
  const model = await tf.loadGraphModel(`file://${path}/model.json`);
  return (images) => valuesOf(model.execute({ [input]: images }, "probabilities") as Tensor);
}

function valuesOf(tensor: Tensor): Float32Array<ArrayBuffer> {
  return Float32Array.from(tensor.dataSync());
}
