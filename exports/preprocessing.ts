/** The preprocessing of a model as JSON: what its input is, and how an image becomes it. */
import type { TrainedModel } from "./model.ts";

/** The order of an input's axes. */
export type Layout = "NCHW" | "NHWC";

/** The name of a model's input. */
export const INPUT_NAME = "images";

/** The names of a model's outputs. */
export const LOGITS = "logits";
export const PROBABILITIES = "probabilities";

/** Describes the input of a model and the way of an image to it. */
export function describePreprocessing(
  { network, preprocessing }: TrainedModel,
  layout: Layout,
): Readonly<Record<string, unknown>> {
  const [height, width, channels] = network.inputShape;
  const { mean, std } = network.normalization;
  return {
    input: {
      name: INPUT_NAME,
      dtype: "float32",
      layout,
      shape: layout === "NCHW"
        ? ["batch", channels, height, width]
        : ["batch", height, width, channels],
      range: [0, 1],
      ...colorOf(channels),
    },
    // Inside: the file's own graph does it.
    normalization: { mean, std, inside: true },
    resize: preprocessing && {
      height: preprocessing.height,
      width: preprocessing.width,
      fit: preprocessing.fit,
      interpolation: "BILINEAR",
    },
  };
}

function colorOf(channels: number): { readonly color?: string } {
  return channels === 1 ? { color: "GREY" } : channels === 3 ? { color: "RGB" } : {};
}

/** Returns the metadata that all formats hold, as texts by name. */
export function metadataOf(
  model: TrainedModel,
  layout: Layout,
): ReadonlyMap<string, string> {
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
    ["preprocessing", JSON.stringify(describePreprocessing(model, layout))],
  ]);
}
