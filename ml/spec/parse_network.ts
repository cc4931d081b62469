/** Parses the network of a training request. */
import { DEFAULT_DATASET, describeDataset } from "../../data/catalog.ts";
import { sum } from "../../lib/sum.ts";
import { elementCount } from "../graph/tensor.ts";
import { channelsFirst } from "../network/layer.ts";
import {
  type Network,
  NetworkError,
  type Normalization,
  outputShape,
  parametersOf,
} from "../network/network.ts";
import { layers, parseNetworkLayers, withClasses } from "../network/parse.ts";
import { PRESET_NAMES, PRESETS } from "../network/presets.ts";
import { type Path, type Problem, unknownProblem, valueProblem } from "../options/problem.ts";
import { RECIPE_NAMES, RECIPES } from "./recipes.ts";
import type { DatasetShape } from "./spec.ts";

/** The largest number of parameters of a network. */
const MAX_PARAMETERS = 200_000_000;

/** The forms of a network in a request. */
const FORMS = ["layers", "recipe", "preset", "like"] as const;

/** The name of a network that is given as layers. */
export const OWN_NAME = "Network";

/**
 * Parses a network and checks that its layers fit together.
 *
 * @param normalization the request's, if it has one
 * @param like the network of the run that the request names
 * @returns undefined if there are problems
 */
export function parseNetwork(
  value: unknown,
  dataset: DatasetShape,
  normalization: unknown,
  problems: Problem[],
  like?: Network,
): Network | undefined {
  const before = problems.length;
  const { kind, imageShape, classes, mean, std } = {
    ...describeDataset(DEFAULT_DATASET),
    ...dataset,
  };
  const parsed = parseForm(value, classes.length, problems, like);
  const channels = imageShape[2];
  const scaling = (normalization ?? parsed?.normalization ?? { mean, std }) as Normalization;
  if (kind === "features" && normalization) {
    problems.push({
      path: ["normalization"],
      message:
        "Cannot train with normalization: the samples must be images, got vectors. They are " +
        "normalized by the mean and standard deviation of each feature.",
    });
    return undefined;
  }
  for (const field of ["mean", "std"] as const) {
    if (scaling[field].length !== channels) {
      problems.push(
        valueProblem(
          ["normalization", field],
          field,
          scaling[field],
          `${channels} ${channels === 1 ? "number" : "numbers"}, one a ${
            kind === "images" ? "channel" : "feature"
          }`,
        ),
      );
    }
  }
  if (!parsed || problems.length > before) return undefined;
  const network: Network = {
    name: parsed.name,
    inputShape: kind === "images" ? imageShape : [channels],
    normalization: scaling,
    layers: parsed.layers,
  };
  const problem = networkProblem(network, classes.length);
  if (problem) {
    const hint = kind === "images"
      ? ""
      : ` The samples are vectors of ${channels} features: linear layers take them, such as those of MLP.`;
    problems.push({ path: ["network", ...problem.path], message: problem.message + hint });
  }
  return problem ? undefined : network;
}

/** A network without its input. */
type ParsedForm = Pick<Network, "name" | "layers"> & Partial<Pick<Network, "normalization">>;

/** Parses one of the forms of a network. */
function parseForm(
  value: unknown,
  classes: number,
  problems: Problem[],
  like: Network | undefined,
): ParsedForm | undefined {
  const members = typeof value === "object" && value !== null
    ? Object.entries(value).filter(([, given]) => given !== undefined)
    : [];
  const [first, ...others] = members;
  if (first === undefined || others.length > 0) {
    problems.push({
      path: ["network"],
      message: `Cannot train: network must have exactly one of ${FORMS.join(", ")}.`,
    });
    return undefined;
  }
  const [form, given] = first;
  switch (FORMS.find((known) => known === form)) {
    case "layers": {
      const layers = parseNetworkLayers(given, ["network", "layers"], classes, problems);
      return { name: OWN_NAME, layers };
    }
    case "recipe": {
      const recipe = RECIPE_NAMES.find((known) => known === given);
      if (recipe !== undefined) {
        return { name: recipe, layers: withClasses(RECIPES[recipe].network.layers, classes) };
      }
      const rule = `one of ${RECIPE_NAMES.join(", ")}`;
      problems.push(valueProblem(["network", "recipe"], "recipe", given, rule));
      return undefined;
    }
    case "preset": {
      const preset = PRESET_NAMES.find((known) => known === given);
      if (preset !== undefined) {
        return { name: preset, layers: layers(PRESETS[preset].layers, classes) };
      }
      const rule = `one of ${PRESET_NAMES.join(", ")}`;
      problems.push(valueProblem(["network", "preset"], "preset", given, rule));
      return undefined;
    }
    case "like":
      if (like) return like;
      problems.push(valueProblem(["network", "like"], "like", given, "the id of a run"));
      return undefined;
    default:
      problems.push(unknownProblem(["network", form], "network's form", form, FORMS));
      return undefined;
  }
}

/**
 * Returns the first problem of a network's layers with each other.
 *
 * @param classes the number of classes that it must tell apart
 */
export function networkProblem(network: Network, classes: number): Problem | undefined {
  const path: Path = ["layers"];
  try {
    const output = outputShape(network);
    if (output.length !== 1 || output[0] !== classes) {
      const got = channelsFirst(output).join(", ");
      const { length } = network.layers;
      return {
        path: length === 0 ? path : [...path, length - 1],
        message:
          `Cannot train: the network must end in one output for each of ${classes} classes, got [${got}].`,
      };
    }
    const arrays = parametersOf(network);
    const parameters = sum(arrays.map(({ shape }) => elementCount(shape)));
    if (arrays.length === 0) {
      return { path, message: "Cannot train: the network must have a layer with parameters." };
    }
    if (parameters > MAX_PARAMETERS) {
      const limit = MAX_PARAMETERS.toLocaleString("en-US");
      const got = parameters.toLocaleString("en-US");
      return {
        path,
        message: `Cannot train: a network must have at most ${limit} parameters, got ${got}.`,
      };
    }
    return undefined;
  } catch (error) {
    if (error instanceof NetworkError) return { path: error.path, message: error.message };
    throw error;
  }
}
