/** type RecipeInfo */
import { optimizerName } from "../../ml/spec/optimizer.ts";
import { PRESETS, type Recipe as RecipeName } from "../../ml/spec/presets.ts";
import { summarize } from "../../ml/network/summary.ts";
import { builder } from "../base/builder.ts";
import { ModelSummary } from "./model_summary.ts";
import { Recipe } from "./recipe.ts";

export const RecipeInfo = builder.objectRef<RecipeName>("RecipeInfo").implement({
  description: "A recipe with what it takes for all that startTraining is not told.",
  fields: (t) => ({
    recipe: t.field({
      type: Recipe,
      description: "The recipe's name.",
      resolve: (recipe) => recipe,
    }),
    epochs: t.int({
      description: "How many times it goes through the training set.",
      resolve: (recipe) => PRESETS[recipe].epochs,
    }),
    batchSize: t.int({
      description: "How many samples it takes a step.",
      resolve: (recipe) => PRESETS[recipe].batchSize,
    }),
    learningRate: t.float({
      description: "How far it follows the gradient.",
      resolve: (recipe) => PRESETS[recipe].learningRate,
    }),
    optimizer: t.string({
      description: "How weights follow gradients: 'SGD', 'SGD, momentum 0.5', 'Adam'.",
      resolve: (recipe) => optimizerName(PRESETS[recipe].optimizer),
    }),
    model: t.field({
      type: ModelSummary,
      description: "Its network.",
      resolve: (recipe) => summarize(PRESETS[recipe].network),
    }),
  }),
});
