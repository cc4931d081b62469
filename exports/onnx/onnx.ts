/** Models as ONNX files: opset 17, a batch of any size, images of values 0 to 1, normalised inside. */
import { outputShape } from "../../ml/network/network.ts";
import { type ExportDefinition, MODEL_NAME } from "../format.ts";
import type { TrainedModel } from "../model.ts";
import { inputOf } from "../input.ts";
import { LOGITS, metadataOf, PROBABILITIES } from "../preprocessing.ts";
import { walkLayers } from "../walk.ts";
import { createContext, type OnnxContext } from "./context.ts";
import { ACTIVATIONS } from "./lower/activations.ts";
import { COMPOSITES } from "./lower/composites.ts";
import { CONVOLUTION } from "./lower/convolution.ts";
import { DATA } from "./lower/data.ts";
import { LINEAR } from "./lower/linear.ts";
import { NORMALIZATION } from "./lower/normalization.ts";
import { POOLING } from "./lower/pooling.ts";
import { encodeModel } from "./model_proto.ts";

const LAYERS = {
  ...CONVOLUTION,
  ...LINEAR,
  ...DATA,
  ...NORMALIZATION,
  ...POOLING,
  ...ACTIVATIONS,
  ...COMPOSITES,
};

/** The name of the open size of inputs and outputs. */
const BATCH = "batch";

export const onnx: ExportDefinition = {
  extension: "onnx",
  mediaType: "application/octet-stream",
  description: "ONNX (opset 17), for onnxruntime and the runtimes that read ONNX.",
  encode: (model, version) => [encodeOnnx(model, version)],
};

function encodeOnnx(model: TrainedModel, producerVersion: string): Uint8Array {
  const { network } = model;
  const { name, shape } = inputOf(network);
  const context = createContext(model);
  const { graph } = context;
  const output = walkLayers(network, normalize(model, context), LAYERS, context);
  graph.rename(output, LOGITS);
  const probabilities = graph.add(PROBABILITIES, "Softmax", [LOGITS], { axis: { int: 1 } });
  graph.rename(probabilities, PROBABILITIES);
  const scores = [BATCH, ...outputShape(network)];
  return encodeModel({
    name: MODEL_NAME,
    producerVersion,
    nodes: graph.nodes,
    initializers: graph.initializers,
    inputs: [{ name, shape: [BATCH, ...shape] }],
    outputs: [{ name: LOGITS, shape: scores }, { name: PROBABILITIES, shape: scores }],
    metadata: onnxMetadata(model),
  });
}

/** Adds the normalisation of the input: (x - mean) / std. */
function normalize({ network }: TrainedModel, { graph }: OnnxContext): string {
  const { name, mean, std, broadcastShape } = inputOf(network);
  const array = (part: string, values: readonly number[]) =>
    graph.array(`normalization.${part}`, broadcastShape, Float32Array.from(values));
  const centered = graph.add("normalization", "Sub", [name, array("mean", mean)]);
  return graph.add("normalization", "Div", [centered, array("std", std)]);
}

const PIXEL_FORMATS: Readonly<Record<number, string>> = { 1: "Gray8", 3: "Rgb8" };

/** Adds ONNX's own names of image metadata, and the classes as Ultralytics' tools read them. */
function onnxMetadata(model: TrainedModel): ReadonlyMap<string, string> {
  const { network, classes } = model;
  const { channels } = inputOf(network);
  const format = PIXEL_FORMATS[channels ?? 0];
  return new Map([
    ...metadataOf(model),
    ["names", JSON.stringify({ ...classes })],
    ...(channels === undefined ? [] : [
      ["Image.NominalPixelRange", "Normalized_0_1"],
      ["Image.ColorSpaceGamma", "SRGB"],
    ] as const),
    ...(format === undefined ? [] : [["Image.BitmapPixelFormat", format] as const]),
  ]);
}
