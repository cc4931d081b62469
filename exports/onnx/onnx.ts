/** Models as ONNX files: opset 17, a batch of any size, images of values 0 to 1, normalised inside. */
import { outputShape } from "../../ml/network/network.ts";
import { type ExportDefinition, MODEL_NAME } from "../format.ts";
import type { TrainedModel } from "../model.ts";
import { INPUT_NAME, LOGITS, metadataOf, PROBABILITIES } from "../preprocessing.ts";
import { walkLayers } from "../walk.ts";
import { createContext, type OnnxContext } from "./context.ts";
import { ACTIVATIONS } from "./lower/activations.ts";
import { COMPOSITES } from "./lower/composites.ts";
import { LINEAR } from "./lower/linear.ts";
import { NORMALIZATION } from "./lower/normalization.ts";
import { POOLING } from "./lower/pooling.ts";
import { encodeModel } from "./model_proto.ts";

const LAYERS = {
  ...LINEAR,
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
  const [height, width, channels] = network.inputShape;
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
    inputs: [{ name: INPUT_NAME, shape: [BATCH, channels, height, width] }],
    outputs: [{ name: LOGITS, shape: scores }, { name: PROBABILITIES, shape: scores }],
    metadata: onnxMetadata(model),
  });
}

/** Adds the normalisation of pixels: (x - mean) / std. */
function normalize({ network }: TrainedModel, { graph }: OnnxContext): string {
  const { mean, std } = network.normalization;
  const perChannel = (name: string, values: readonly number[]) =>
    graph.array(`normalization.${name}`, [values.length, 1, 1], Float32Array.from(values));
  const centered = graph.add("normalization", "Sub", [INPUT_NAME, perChannel("mean", mean)]);
  return graph.add("normalization", "Div", [centered, perChannel("std", std)]);
}

/** Adds ONNX's own names of image metadata, and the classes as Ultralytics' tools read them. */
function onnxMetadata(model: TrainedModel): ReadonlyMap<string, string> {
  const { network, classes } = model;
  const formats: Readonly<Record<number, string>> = { 1: "Gray8", 3: "Rgb8" };
  const format = formats[network.inputShape[2]];
  return new Map([
    ...metadataOf(model, "NCHW"),
    ["names", JSON.stringify({ ...classes })],
    ["Image.NominalPixelRange", "Normalized_0_1"],
    ["Image.ColorSpaceGamma", "SRGB"],
    ...(format === undefined ? [] : [["Image.BitmapPixelFormat", format] as const]),
  ]);
}
