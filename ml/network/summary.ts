/**
 * A network's summary: what each layer gives out, how many parameters it learns and what it costs, and the
 * same as a table in the manner of torchinfo. Derived from the network alone; nothing is run.
 *
 * Shapes here are for people who know PyTorch: channels first, without the batch.
 */
import { inferShapes, type Network } from "./network.ts";
import { elementCount, showShape } from "../graph/tensor.ts";
import { count } from "../../lib/format.ts";
import { layerDefinition } from "./layers.ts";
import { channelsFirst } from "./layer.ts";
import { sum } from "../../lib/sum.ts";

/** One layer of a summary. */
export interface LayerSummary {
  readonly name: string;
  /** PyTorch's name of the kind: 'Conv2d'. */
  readonly kind: string;
  /** [channels, height, width] or [features] */
  readonly outputShape: readonly number[];
  readonly parameters: number;
  /** Multiply-adds for one sample. */
  readonly multiplyAdds: number;
}

/** A network's layers with their totals. Sizes are of float32 values for one sample. */
export interface NetworkSummary {
  readonly name: string;
  /** [channels, height, width] */
  readonly inputShape: readonly number[];
  readonly layers: readonly LayerSummary[];
  readonly totalParameters: number;
  readonly trainableParameters: number;
  readonly multiplyAdds: number;
  readonly inputBytes: number;
  /** Outputs of the layers that learn, and their gradients. */
  readonly activationBytes: number;
  readonly parameterBytes: number;
}

const FLOAT_BYTES = 4;

/**
 * Sums a network up.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { RECIPES } from "../spec/recipes.ts";
 *
 * assertEquals(summarize(RECIPES.BASIC_CNN.network).totalParameters, 121_930);
 * ```
 * @throws {RangeError} if a layer cannot follow the one before it
 */
export function summarize(network: Network): NetworkSummary {
  const layers = inferShapes(network).map((
    { layer, path, outputShape, parameters, multiplyAdds },
  ) => ({
    name: path,
    kind: layerDefinition(layer).torchName,
    outputShape: channelsFirst(outputShape),
    parameters: sum(parameters.map((parameter) => elementCount(parameter.shape))),
    multiplyAdds,
  }));
  const totalParameters = sum(layers.map((layer) => layer.parameters));
  const learning = layers.filter((layer) => layer.parameters > 0);
  return {
    name: network.name,
    inputShape: channelsFirst(network.inputShape),
    layers,
    totalParameters,
    // Every parameter of a network learns; there are no frozen layers.
    trainableParameters: totalParameters,
    multiplyAdds: sum(layers.map((layer) => layer.multiplyAdds)),
    inputBytes: elementCount(network.inputShape) * FLOAT_BYTES,
    activationBytes: 2 * FLOAT_BYTES *
      sum(learning.map((layer) => elementCount(layer.outputShape))),
    parameterBytes: totalParameters * FLOAT_BYTES,
  };
}

/** A summary as a table for a terminal or a monospaced block: 80 columns, no newline at the end. */
export function renderSummary(summary: NetworkSummary): string {
  const names = summary.layers.map(({ name, kind }) => `${name} (${kind})`);
  const width = Math.max(NAME_WIDTH, ...names.map((name) => name.length + 2));
  const row = rowOf(width);
  const rule = "=".repeat(row("", "", "", "").length);
  const rows = summary.layers.map((layer, at) =>
    row(
      names[at] ?? "",
      showShape(layer.outputShape),
      layer.parameters === 0 ? "--" : count(layer.parameters),
      layer.multiplyAdds === 0 ? "--" : count(layer.multiplyAdds),
    )
  );
  const total = summary.inputBytes + summary.activationBytes + summary.parameterBytes;
  const frozen = summary.totalParameters - summary.trainableParameters;
  return [
    rule,
    row("Layer (type)", "Output shape", "Param #", "Mult-adds"),
    rule,
    row(`${summary.name} (input)`, showShape(summary.inputShape), "--", "--"),
    ...rows,
    rule,
    `Total params: ${count(summary.totalParameters)}`,
    `Trainable params: ${count(summary.trainableParameters)}`,
    `Non-trainable params: ${count(frozen)}`,
    `Total mult-adds per sample (M): ${(summary.multiplyAdds / 1e6).toFixed(2)}`,
    rule,
    `Input size per sample (MB): ${megabytes(summary.inputBytes)}`,
    `Forward/backward pass size per sample (MB): ${megabytes(summary.activationBytes)}`,
    `Params size (MB): ${megabytes(summary.parameterBytes)}`,
    `Estimated total size (MB): ${megabytes(total)}`,
    rule,
  ].join("\n");
}

/** Width of the column of layers, unless a name is longer. */
const NAME_WIDTH = 28;

/** Characters that other columns can spare for longer names, so that rows keep a terminal's 80. */
const SPARE = 4;

function rowOf(width: number) {
  const longer = width - NAME_WIDTH;
  const ofMultiplyAdds = Math.min(longer, SPARE);
  const ofShape = Math.min(longer - ofMultiplyAdds, SPARE);
  return (layer: string, shape: string, parameters: string, multiplyAdds: string): string =>
    layer.padEnd(width) + shape.padEnd(20 - ofShape) + parameters.padStart(14) +
    multiplyAdds.padStart(18 - ofMultiplyAdds);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(2);
}
