/** Specs that were read from a file: they are written as requests, which are checked as strictly as a client's. */
import { isDeepStrictEqual } from "node:util";
import { trainableDatasets } from "../../data/catalog.ts";
import { isVersion } from "../../data/reference.ts";
import { isVector, type Network, NetworkError, outputShape } from "../network/network.ts";
import { LAYERS } from "../network/layers.ts";
import { toInput } from "../options/kinds.ts";
import type { Tagged } from "../options/option.ts";
import { type Part, partDefinition, PARTS } from "./parts.ts";
import { isStartFrom } from "./start_from.ts";
import { NUMBER_FIELDS, REQUEST_FIELDS } from "./fields.ts";
import { RECIPE_NAMES } from "./recipes.ts";
import { parseRequest } from "./resolve.ts";
import type { DatasetShape, RequestField, TrainingRequest, TrainingSpec } from "./spec.ts";

/** Writes a spec as the request that leads to it, complete. Its network is written as layers. */
export function requestOf(spec: TrainingSpec): TrainingRequest {
  const { network, recipe: _recipe, ...fields } = spec;
  const parts = { ...fields, normalization: isVector(network) ? null : network.normalization };
  return {
    ...Object.fromEntries(
      REQUEST_FIELDS.filter((field) => field !== "recipe").map((field) => [field, spec[field]]),
    ),
    network: { layers: network.layers.map((layer) => toInput(LAYERS, layer)) },
    ...Object.fromEntries(PARTS.map((part) => [part, partToInput(part, parts[part])])),
  };
}

function partToInput(part: Part, value: unknown): unknown {
  const definition = partDefinition(part);
  if (definition.form === "list") {
    const list = value as readonly Tagged[];
    return list.length === 0 ? null : list.map((each) => toInput(definition.kinds, each));
  }
  if (definition.form !== "kind" || value === null || value === undefined) return value;
  return toInput(definition.kinds, value as Tagged);
}

/** Describes the first problem of a spec that was read from a file. Its fields must have their types. */
export function storedSpecProblem(spec: TrainingSpec): string | undefined {
  const { recipe, startFrom } = spec;
  if (!isStartFrom(startFrom)) return "its startFrom must be a checkpoint or a file";
  if (recipe !== null && !RECIPE_NAMES.includes(recipe)) return `its recipe '${recipe}' is unknown`;
  const isBuiltIn = trainableDatasets.some((name) => name === spec.dataset);
  if (!isBuiltIn && !isVersion(spec.dataset)) return `its dataset '${spec.dataset}' is unknown`;
  try {
    return trainingProblem(spec, isBuiltIn);
  } catch (error) {
    // What is inside a network may have any type.
    if (!(error instanceof TypeError)) throw error;
    return error.message;
  }
}

/** Describes the first problem of a spec whose dataset is known by name. */
function trainingProblem(spec: TrainingSpec, isBuiltIn: boolean): string | undefined {
  const { network, recipe, startFrom, trainSamples, testSamples } = spec;
  const { mean, std } = network.normalization;
  if (isVector(network) && !(mean.every(Number.isFinite) && std.every((value) => value > 0))) {
    return "its normalization must be finite, with standard deviations above 0";
  }
  const parsed = parseRequest(requestOf(spec), {
    // An imported dataset may be gone: its classes are those of the network.
    ...(isBuiltIn ? {} : { classes: classesOf(network) }),
    reference: spec.dataset,
    trainSize: trainSamples,
    testSize: testSamples,
    ...sampleOf(network),
  });
  if (!parsed.ok) return parsed.problems[0].message;
  const draft = {
    ...parsed.draft,
    recipe,
    network: { ...parsed.draft.network, name: network.name },
    startFrom,
  };
  return isDeepStrictEqual(draft, spec) ? undefined : "it has fields that are not known";
}

/** Returns the form of the samples that a network reads. */
function sampleOf(
  { inputShape, normalization: { mean, std } }: Network,
): Pick<DatasetShape, "kind" | "imageShape" | "mean" | "std"> {
  return inputShape.length === 1
    ? { kind: "features", imageShape: [1, 1, ...inputShape], mean, std }
    : { kind: "images", imageShape: inputShape };
}

function classesOf(network: Network): readonly string[] {
  try {
    return Array.from({ length: outputShape(network)[0] ?? 0 }, (_, label) => String(label));
  } catch (error) {
    if (error instanceof NetworkError || error instanceof TypeError) return [];
    throw error;
  }
}

const FIELD_TYPES = Object.fromEntries(
  REQUEST_FIELDS.map((field): [RequestField, readonly string[]] => [
    field,
    [NUMBER_FIELDS.some((number) => number === field) ? "number" : "string"],
  ]),
) as Readonly<Record<RequestField, readonly string[]>>;

/** The types that the fields of a spec have in JSON. */
export const SPEC_TYPES: Readonly<Record<keyof TrainingSpec, readonly string[]>> = {
  version: ["number"],
  network: ["object"],
  loss: ["object"],
  optimizer: ["object"],
  schedule: ["object", "null"],
  warmup: ["object", "null"],
  gradientClipNorm: ["number", "null"],
  validationShare: ["number"],
  earlyStopping: ["object", "null"],
  augmentation: ["object"],
  startFrom: ["object", "null"],
  ...FIELD_TYPES,
  recipe: ["string", "null"],
};
