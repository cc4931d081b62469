/** Writes a spec as the input that trains it again. */
import { isDeepStrictEqual } from "node:util";
import { inferShapes, type Network } from "../network/network.ts";
import { layers } from "../network/parse.ts";
import { PRESET_NAMES, PRESETS } from "../network/presets.ts";
import { CHOSEN_FIELDS, type ChosenField } from "./fields.ts";
import { type Part, PARTS } from "./parts.ts";
import { RECIPE_NAMES, RECIPES } from "./recipes.ts";
import type { TrainingSpec } from "./spec.ts";
import { requestOf } from "./stored_spec.ts";

/** An input in JSON, with every setting but those that are null. */
export type RunInput = {
  readonly [Field in ChosenField | Part | "network" | "startFrom"]?: unknown;
};

/**
 * Writes a spec as an input of startTraining. A recipe is named as long as it has the spec's network; every setting of
 * its training is written out. The weights that it began with are named as its own, as their origin may be deleted.
 *
 * @param runId the id of a run with this spec
 */
export function runInputOf(spec: TrainingSpec, runId: string): RunInput {
  const request = requestOf(spec);
  const network = spec.recipe !== null && isRecipeNetwork(spec.network, spec.recipe)
    ? { recipe: spec.recipe }
    : { network: namedForm(spec.network) ?? request.network };
  const settings = [...PARTS, ...CHOSEN_FIELDS.filter((field) => field !== "recipe")];
  const input = {
    ...network,
    ...Object.fromEntries(settings.map((setting) => [setting, request[setting]])),
    ...spec.startFrom && { startFrom: { checkpoint: { runId, epoch: 0 } } },
  };
  return JSON.parse(JSON.stringify(input, (_, value) => value ?? undefined));
}

/** Returns the form that names a network; undefined if it must be written as layers. */
function namedForm(network: Network): object | undefined {
  const recipe = RECIPE_NAMES.find((name) => name === network.name);
  if (recipe !== undefined && isRecipeNetwork(network, recipe)) return { recipe };
  const preset = PRESET_NAMES.find((name) => name === network.name);
  if (preset === undefined) return undefined;
  const classes = inferShapes(network).findLast(({ depth }) => depth === 0)?.outputShape[0];
  const known = layers(PRESETS[preset].layers, classes);
  return isDeepStrictEqual(known, network.layers) ? { preset } : undefined;
}

/** Compares a network with a recipe's. Its normalization may differ: inputs have their own. */
function isRecipeNetwork(network: Network, recipe: keyof typeof RECIPES): boolean {
  const { normalization } = network;
  return isDeepStrictEqual({ ...RECIPES[recipe].network, normalization }, network);
}
