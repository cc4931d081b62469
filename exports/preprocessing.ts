/** The preprocessing of a model as JSON: what its input is, and how an image becomes it. */
import { inputOf } from "./input.ts";
import type { TrainedModel } from "./model.ts";

/** The names of a model's outputs. */
export const LOGITS = "logits";
export const PROBABILITIES = "probabilities";

const COLORS: Readonly<Record<number, string>> = { 1: "GREY", 3: "RGB" };

/** Describes the input of a model and the way of an image to it. */
export function describePreprocessing(
  { network, preprocessing }: TrainedModel,
): Readonly<Record<string, unknown>> {
  const { name, shape, channels, mean, std } = inputOf(network);
  return {
    input: {
      name,
      dtype: "float32",
      shape: ["batch", ...shape],
      ...(channels === undefined
        ? {}
        : { layout: "NCHW", range: [0, 1], color: COLORS[channels] ?? null }),
    },
    // The file's own graph does it.
    normalization: { mean, std, inside: true },
    resize: preprocessing && {
      height: preprocessing.height,
      width: preprocessing.width,
      fit: preprocessing.fit,
      interpolation: "BILINEAR",
    },
  };
}

/** Returns the metadata that all formats hold, as texts by name. */
export function metadataOf(model: TrainedModel): ReadonlyMap<string, string> {
  const { run, network, dataset, classes, epoch, step, testAcc } = model;
  return new Map([
    ["network", network.name],
    ["run", run.id],
    ["run_name", run.name],
    ["dataset", dataset],
    ["epoch", String(epoch)],
    ["step", String(step)],
    ...(testAcc === null ? [] : [["test_accuracy", String(testAcc)] as const]),
    ["class_names", JSON.stringify(classes)],
    ["preprocessing", JSON.stringify(describePreprocessing(model))],
  ]);
}
