/** input NetworkInput, input LayerInput */
import { LAYERS } from "../../ml/network/layers.ts";
import { builder } from "../base/builder.ts";
import { defineKinds, LayerInput } from "./option_input.ts";
import { Preset } from "./preset.ts";
import { Recipe } from "./recipe_info.ts";

defineKinds(LayerInput, "Layer of a network: one of these kinds.", LAYERS);

export const NetworkInput = builder.inputType("NetworkInput", {
  description: "Network to train: one of these.",
  isOneOf: true,
  fields: (t) => ({
    layers: t.field({
      type: [LayerInput],
      description: "Layers, from input to output. The last must have an output for each class.",
    }),
    recipe: t.field({ type: Recipe, description: "Network of a recipe, and nothing else of it." }),
    preset: t.field({ type: Preset, description: "Built-in network." }),
    like: t.id({ description: "ID of a run whose network is trained again, from new weights." }),
  }),
});
