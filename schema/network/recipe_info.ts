/** type RecipeInfo */
import { describeValue } from "../../ml/spec/fields.ts";
import { PRESETS, type Recipe as RecipeName } from "../../ml/spec/presets.ts";
import { summarize } from "../../ml/network/summary.ts";
import { builder } from "../base/builder.ts";
import { ModelSummary } from "./model_summary.ts";
import { Recipe } from "./recipe.ts";
import { optimizerName } from "../../ml/optimizers/optimizers.ts";

export const RecipeInfo = builder.objectRef<RecipeName>("RecipeInfo").implement({
  description: "Recipe: a network with default training settings.",
  fields: (t) => ({
    recipe: t.field({
      type: Recipe,
      description: "Name of the recipe.",
      resolve: (recipe) => recipe,
    }),
    epochs: t.int({
      description: describeValue("epochs"),
      resolve: (recipe) => PRESETS[recipe].epochs,
    }),
    batchSize: t.int({
      description: describeValue("batchSize"),
      resolve: (recipe) => PRESETS[recipe].batchSize,
    }),
    learningRate: t.float({
      description: describeValue("learningRate"),
      resolve: (recipe) => PRESETS[recipe].learningRate,
    }),
    optimizer: t.string({
      description: "Optimizer with its settings: 'SGD', 'SGD, momentum 0.5', 'Adam'.",
      resolve: (recipe) => optimizerName(PRESETS[recipe].optimizer),
    }),
    model: t.field({
      type: ModelSummary,
      description: "Summary of the network.",
      resolve: (recipe) => summarize(PRESETS[recipe].network),
    }),
  }),
});
