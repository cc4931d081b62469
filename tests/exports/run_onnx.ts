/** Runs the ONNX files of a folder on their images in onnxruntime for Node.js; writes the probabilities beside them. */
import { createRequire } from "node:module";
import { basename, join } from "node:path";

/** The part of onnxruntime-node that this needs. */
interface Runtime {
  readonly InferenceSession: { create(path: string): Promise<Session> };
  readonly Tensor: new (type: "float32", data: Float32Array, shape: readonly number[]) => unknown;
}

interface Session {
  readonly inputMetadata: readonly { readonly name: string; readonly shape: readonly unknown[] }[];
  run(
    inputs: Readonly<Record<string, unknown>>,
    outputs: readonly string[],
  ): Promise<Readonly<Record<string, { readonly data: Float32Array }>>>;
}

const [folder = "", modules = ""] = Deno.args;
const { InferenceSession, Tensor }: Runtime = createRequire(join(modules, "index.js"))(
  "onnxruntime-node",
);

const files = (await Array.fromAsync(Deno.readDir(folder)))
  .filter(({ name }) => name.endsWith(".onnx"));
for (const { name } of files) {
  const beside = (end: string) => join(folder, `${basename(name, ".onnx")}.${end}`);
  const session = await InferenceSession.create(join(folder, name));
  const [input] = session.inputMetadata;
  if (!input) throw new Error(`${name} has no input.`);
  const sample = input.shape.slice(1).map(Number);
  const values = new Float32Array((await Deno.readFile(beside("images"))).buffer);
  const count = values.length / sample.reduce((product, size) => product * size, 1);
  const images = new Tensor("float32", values, [count, ...sample]);
  const { probabilities } = await session.run({ [input.name]: images }, ["probabilities"]);
  const data = Float32Array.from(probabilities?.data ?? []);
  await Deno.writeFile(beside("probabilities"), new Uint8Array(data.buffer));
}
