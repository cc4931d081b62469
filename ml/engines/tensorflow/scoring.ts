/** The scoring's part of a program: evaluation of resident samples, prediction for given images. */
import { isVector, type Network } from "../../network/network.ts";
import { placeholder } from "../../graph/ops/sources.ts";
import {
  buildEvaluation,
  buildPrediction,
  type ScoredNetwork,
  type Tables,
} from "../../training/step.ts";
import type { EvaluatedSet } from "../engine.ts";
import type { ProgramWriter } from "./program_writer.ts";

/** The name of the call that evaluates samples of a set: a full batch, or the rest. */
export function evaluationCall(set: EvaluatedSet, size: "batch" | "tail" = "batch"): string {
  return `evaluate/${set}/${size}`;
}

/** The output of an evaluation that gives the classes of a part's samples. */
export function predictedOutputName(part: number): string {
  return `predicted/${part}`;
}

/**
 * Adds an evaluation of `size` rows of the tables: the sum of their losses, and what they are taken for, a part each.
 */
export function addEvaluation(
  writer: ProgramWriter,
  name: string,
  scored: ScoredNetwork,
  tables: Tables,
  size: number,
  parts: number,
): void {
  const inputs = { order: writer.open(`${name}/order`, "int32", [size]) };
  const order = placeholder("order", { shape: [size], dtype: "int32" });
  const { loss, predicted } = buildEvaluation(scored, tables, order, parts);
  const { node } = writer.lower(inputs);
  writer.call(name, {
    inputs,
    outputs: {
      loss: { node: node(loss), dtype: "float32", shape: [] },
      ...Object.fromEntries(predicted.map((classes, part) => [
        predictedOutputName(part),
        { node: node(classes), dtype: "int32" as const, shape: classes.shape },
      ])),
    },
  });
}

/** Adds a prediction for `size` whole images or vectors: their classes' probabilities. */
export function addPrediction(
  writer: ProgramWriter,
  name: string,
  network: Network,
  size: number,
): void {
  const shape = [size, ...network.inputShape];
  const dtype = isVector(network) ? "float32" : "int32";
  const inputs = { pixels: writer.open(`${name}/pixels`, dtype, shape) };
  const pixels = placeholder("pixels", { shape, dtype });
  const { probabilities } = buildPrediction(network, pixels);
  const { node } = writer.lower(inputs);
  writer.call(name, {
    inputs,
    outputs: {
      probabilities: { node: node(probabilities), dtype: "float32", shape: probabilities.shape },
    },
  });
}
