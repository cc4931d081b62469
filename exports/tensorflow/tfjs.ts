/** Models as TensorFlow.js graph models: model.json with the graph, weights.bin with all constants. */
import type { ExportDefinition } from "../format.ts";
import { inputOf } from "../input.ts";
import type { TrainedModel } from "../model.ts";
import { metadataOf } from "../preprocessing.ts";
import { zipModel } from "./archive.ts";
import { buildGraph } from "./graph.ts";
import { constantBytes, constantsOf, describeSignature, describeTopology } from "./topology.ts";

const WEIGHTS_FILE = "weights.bin";

export const tfjs: ExportDefinition = {
  extension: "tfjs.zip",
  mediaType: "application/zip",
  description: "TensorFlow.js graph model for browsers and Node.js, as a zip archive.",
  async encode(model, version) {
    const { graph, signature } = buildGraph(model);
    const constants = constantsOf(graph.nodes);
    const described = {
      format: "graph-model",
      generatedBy: `epochql ${version}`,
      convertedBy: null,
      signature: describeSignature(signature),
      userDefinedMetadata: Object.fromEntries(metadataOf(model)),
      modelTopology: describeTopology(graph.nodes),
      weightsManifest: [{
        paths: [WEIGHTS_FILE],
        weights: constants.map(({ name, tensor: { shape, dtype } }) => ({ name, shape, dtype })),
      }],
    };
    return await zipModel(model, [
      { name: "model.json", content: new TextEncoder().encode(JSON.stringify(described)) },
      { name: WEIGHTS_FILE, content: await new Blob(constants.map(constantBytes)).bytes() },
    ], examples(model));
  },
};

function examples({ network }: TrainedModel): string {
  const { name, shape } = inputOf(network);
  return `In a page, with @tensorflow/tfjs, where this folder is served as /model/:

\`\`\`ts
import * as tf from "@tensorflow/tfjs";
const model = await tf.loadGraphModel("/model/model.json");
const classes = await (await fetch("/model/labels.json")).json();
const ${name} = tf.zeros([1, ${shape.join(", ")}]);
const probabilities = model.execute({ ${name} }, "probabilities") as tf.Tensor;
console.log(classes[probabilities.argMax(1).dataSync()[0]]);
\`\`\`

In Node.js, with @tensorflow/tfjs-node, the first line of the model is
\`await tf.loadGraphModel("file://model.json")\`.
`;
}
