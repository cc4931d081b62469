/** Models as SavedModels: a graph with its weights inside and the signature 'serving_default'. */
import type { ExportDefinition } from "../format.ts";
import { inputOf } from "../input.ts";
import type { TrainedModel } from "../model.ts";
import { zipModel } from "./archive.ts";
import { buildGraph } from "./graph.ts";

export const savedModel: ExportDefinition = {
  extension: "saved_model.zip",
  mediaType: "application/zip",
  description: "TensorFlow SavedModel with the signature serving_default, as a zip archive.",
  encode(model) {
    const { graph, signature } = buildGraph(model);
    const content = graph.savedModel({ serving_default: signature });
    return zipModel(model, [{ name: "saved_model.pb", content }], examples(model));
  },
};

function examples({ network }: TrainedModel): string {
  const { name, shape } = inputOf(network);
  return `Python:

\`\`\`python
import json, numpy, tensorflow
predict = tensorflow.saved_model.load(".").signatures["serving_default"]
classes = json.load(open("labels.json"))
${name} = numpy.zeros((1, ${shape.join(", ")}), numpy.float32)
probabilities = predict(${name}=tensorflow.constant(${name}))["probabilities"].numpy()
print(classes[probabilities[0].argmax()])
\`\`\`

TypeScript, with @tensorflow/tfjs-node:

\`\`\`ts
import { readFile } from "node:fs/promises";
import * as tf from "@tensorflow/tfjs-node";
const model = await tf.node.loadSavedModel(".");
const classes = JSON.parse(await readFile("labels.json", "utf8"));
const ${name} = tf.zeros([1, ${shape.join(", ")}]);
const { probabilities } = model.predict({ ${name} }) as tf.NamedTensorMap;
console.log(classes[probabilities.argMax(1).dataSync()[0]]);
\`\`\`
`;
}
