/** The network of the start form: a recipe's, a preset or layers of one's own. */
import { useState } from "react";
import { summarize } from "../../../../ml/network/summary.ts";
import { OWN_NETWORK, parseRequest } from "../../../../ml/spec/resolve.ts";
import type { RecipeDefinition } from "../../../../ml/spec/recipes/recipe.ts";
import { DEFAULT_RECIPE, type Recipe, RECIPES } from "../../../../ml/spec/recipes.ts";
import type { InitialForm } from "../initial/initial_form.ts";
import type { ChosenNetwork } from "../read_start_form.ts";
import type { ChosenDataset } from "../dataset/chosen_dataset.ts";
import { type ReadNetwork, useLayers } from "../use_layers.ts";
import { isPreset, isRecipe, OWN, textOf } from "./network_select.tsx";

/** The settings that a training of the network has by default. */
export type NetworkDefaults = Omit<RecipeDefinition, "network">;

const DEFAULT_NETWORK = { network: DEFAULT_RECIPE, layers: "" };

/** The training that the network is for. */
interface NetworkFor {
  readonly dataset: ChosenDataset;
  /** The datasets that can be trained on. */
  readonly datasets: readonly ChosenDataset[];
  /** The kind of the loss, on which warnings about layers depend; '' for the default. */
  readonly loss: string;
}

/**
 * Keeps the network of the form.
 *
 * @param first the choice to begin with, and the text of its layers
 */
export function useNetwork(
  { dataset, datasets, loss }: NetworkFor,
  first: Pick<InitialForm, "network" | "layers"> = DEFAULT_NETWORK,
) {
  const [choice, setChoice] = useState(first.network);
  const layers = useLayers(isRecipe(choice) ? "" : textOf(choice, first.layers), {
    ...{ dataset, datasets, loss },
  });
  const recipe = isRecipe(choice) ? RECIPES[choice] : undefined;
  const defaults: NetworkDefaults = recipe ?? OWN_NETWORK;
  const read = recipe ? readRecipe(choice, dataset) : layers.network;
  const chosen: ChosenNetwork = recipe
    ? "recipe"
    : isPreset(choice)
    ? { preset: choice }
    : { layers: layers.network.layers };
  return {
    choice,
    chosen,
    defaults,
    layers,
    summary: read.summary,
    problems: read.problems,
    choose(next: string) {
      setChoice(next);
      if (!isRecipe(next)) layers.setText(textOf(next, layers.text));
    },
    write(text: string) {
      layers.setText(text);
      // A preset that was changed is one's own network.
      if (isPreset(choice) && text !== textOf(choice, "")) setChoice(OWN);
    },
  };
}

/** Checks a recipe for a dataset: most take images of one size alone. */
function readRecipe(
  recipe: string,
  dataset: ChosenDataset,
): Pick<ReadNetwork, "problems" | "summary"> {
  const parsed = parseRequest({ recipe: recipe as Recipe }, dataset);
  if (parsed.ok) return { problems: [], summary: summarize(parsed.draft.network) };
  const problems = parsed.problems.map(({ message }) => (
    { message, severity: "error", start: 0, end: 0 } as const
  ));
  return { problems, summary: undefined };
}
