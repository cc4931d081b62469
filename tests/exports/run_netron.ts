/**
 * Opens a folder's ONNX files with the modules of Netron's Python package, and prints what it shows of each as a line
 * of JSON: `run_netron.ts NETRON FOLDER`.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** A model as Netron shows it. */
export interface ShownModel {
  /** 'ONNX v8' */
  readonly format: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Types of the nodes, in order. */
  readonly nodes: readonly string[];
}

const [netron = "", folder = ""] = Deno.args;
const load = (name: string) => import(pathToFileURL(join(netron, name)).href);
const { ModelFactoryService } = await load("view.js");
const { BinaryStream } = await load("base.js");

const require = (id: string) => load(`${id}.js`);
const host = {
  require,
  environment: () => undefined,
  event() {},
  exception(error: Error) {
    throw error;
  },
};
const service = new ModelFactoryService(host);
const count = [...Deno.readDirSync(folder)].filter(({ name }) => name.endsWith(".onnx")).length;
for (let position = 0; position < count; position++) {
  const identifier = `${position}.onnx`;
  const model = await service.open({
    identifier,
    stream: new BinaryStream(await Deno.readFile(join(folder, identifier))),
    entries: new Map(),
    asset: (file: string) => Deno.readTextFile(join(netron, file)),
    require,
    fetch(file: string) {
      throw new Error(`The model must be one file, but Netron looks for '${file}'.`);
    },
  });
  const [{ inputs, outputs, nodes }] = model.modules;
  const names = (them: readonly { readonly name: string }[]) => them.map(({ name }) => name);
  const shown: ShownModel = {
    format: model.format,
    inputs: names(inputs),
    outputs: names(outputs),
    nodes: names(nodes.map(({ type }: { readonly type: { readonly name: string } }) => type)),
  };
  console.log(JSON.stringify(shown));
}
