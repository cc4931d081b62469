/** Models as TensorFlow graphs with their weights: a batch of any size, images of values 0 to 1, normalised inside. */
import {
  createGraphWriter,
  type GraphWriter,
  type Signature,
} from "../../ml/engines/tensorflow/graph_def.ts";
import { createLowering } from "../../ml/engines/tensorflow/lower/lower.ts";
import { placeholder } from "../../ml/graph/ops/sources.ts";
import {
  buffersOf,
  inferShapes,
  type Network,
  outputShape,
  parametersOf,
} from "../../ml/network/network.ts";
import { buildPrediction } from "../../ml/training/step.ts";
import { inputOf, SCALE } from "../input.ts";
import { type TrainedModel, weightOf } from "../model.ts";
import { LOGITS, PROBABILITIES } from "../preprocessing.ts";

/** A model as a graph. */
export interface ModelGraph {
  readonly graph: GraphWriter;
  /** Its input and outputs; their nodes have the same names. */
  readonly signature: Signature;
}

/** The size of a batch in signatures. */
const OPEN = -1;

/** Builds the graph of a model: the one by which the engine predicts, with constants in place of variables. */
export function buildGraph(model: TrainedModel): ModelGraph {
  const { network } = model;
  const { name, shape } = inputOf(network);
  const graph = createGraphWriter();
  const input = { node: name, dtype: "float32", shape: [OPEN, ...shape] } as const;
  graph.add("Placeholder", [], { dtype: { type: "float32" }, shape: { shape: input.shape } }, name);
  const pixels = pixelsOf(name, graph);

  const openBatch = standInBatch(network);
  const { node } = createLowering({
    writer: graph,
    control: [],
    openBatch,
    constantOf: addWeights(model, graph),
    placeholder: () => pixels,
    handle(variable) {
      throw new RangeError(
        `Cannot export ${network.name}: '${variable}' has no handle in its graph.`,
      );
    },
  });
  const samples = { shape: [openBatch, ...network.inputShape], dtype: "float32" } as const;
  const { output, probabilities } = buildPrediction(network, placeholder("pixels", samples));
  const scores = [OPEN, ...outputShape(network)];
  const named = (value: string, tensor: typeof output) => ({
    node: graph.add("Identity", [node(tensor)], { T: { type: "float32" } }, value),
    dtype: "float32" as const,
    shape: scores,
  });
  return {
    graph,
    signature: {
      inputs: { [name]: input },
      outputs: {
        [LOGITS]: named(LOGITS, output),
        [PROBABILITIES]: named(PROBABILITIES, probabilities),
      },
    },
  };
}

/**
 * Adds the way from the input to what networks take: pixels 0..255, the channels last. Features are taken as they are.
 */
function pixelsOf(name: "images" | "features", graph: GraphWriter): string {
  if (name === "features") return name;
  const order = { dtype: "int32", shape: [4], values: [0, 2, 3, 1] } as const;
  const axes = graph.add("Const", [], { dtype: { type: "int32" }, value: { tensor: order } });
  const last = graph.add("Transpose", [name, axes], {
    T: { type: "float32" },
    Tperm: { type: "int32" },
  });
  const scale = graph.add("Const", [], {
    dtype: { type: "float32" },
    value: { tensor: { dtype: "float32", shape: [], values: [SCALE] } },
  });
  return graph.add("Mul", [last, scale], { T: { type: "float32" } });
}

/** Returns a function that adds a weight or buffer, in the layout of the graph. */
function addWeights(model: TrainedModel, graph: GraphWriter): (name: string) => string {
  const arrays = [...parametersOf(model.network), ...buffersOf(model.network)];
  const byName = new Map(arrays.map((array) => [array.name, array]));
  return (name) => {
    const array = byName.get(name);
    if (!array) {
      throw new RangeError(`Cannot export ${model.network.name}: there is no array '${name}'.`);
    }
    const values = array.layout.fromTorch(weightOf(model, name).values);
    return graph.add("Const", [], {
      dtype: { type: "float32" },
      value: { tensor: { dtype: "float32", shape: array.shape, values } },
    }, `weights/${name}`);
  };
}

/** Returns a number of samples of which no other size of the network is a multiple: it stands for any number. */
function standInBatch(network: Network): number {
  const arrays = [...parametersOf(network), ...buffersOf(network)];
  const shapes = [
    ...arrays.map(({ shape }) => shape),
    ...inferShapes(network).map((at) => at.outputShape),
  ];
  // Filters with zeros in between are larger than their weights, but not much larger than an image.
  return 1 + 16 * Math.max(...network.inputShape, ...shapes.map((shape) => Math.max(1, ...shape)));
}
