/** The network of the start form: a recipe's, a preset or layers of one's own. */
import { useState } from "react";
import { summarize } from "../../../../ml/network/summary.ts";
import { OWN_NETWORK } from "../../../../ml/spec/resolve.ts";
import type { RecipeDefinition } from "../../../../ml/spec/recipes/recipe.ts";
import { DEFAULT_RECIPE, RECIPES } from "../../../../ml/spec/recipes.ts";
import type { ChosenNetwork } from "../read_start_form.ts";
import { useLayers } from "../use_layers.ts";
import { isPreset, isRecipe, OWN, textOf } from "./network_select.tsx";

/** The settings that a training of the network has by default. */
export type NetworkDefaults = Omit<RecipeDefinition, "network">;

export function useNetwork() {
  const [choice, setChoice] = useState<string>(DEFAULT_RECIPE);
  const layers = useLayers("");
  const recipe = isRecipe(choice) ? RECIPES[choice] : undefined;
  const defaults: NetworkDefaults = recipe ?? OWN_NETWORK;
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
    summary: recipe ? summarize(recipe.network) : layers.network.summary,
    problems: recipe ? [] : layers.network.problems,
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
