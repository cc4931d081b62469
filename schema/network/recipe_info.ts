/** type RecipeInfo, enum Recipe */
import { describeValue, RECIPE_FIELDS, SPEC_FIELDS } from "../../ml/spec/fields.ts";
import { type Recipe as RecipeName, RECIPES } from "../../ml/spec/recipes.ts";
import { summarize } from "../../ml/network/summary.ts";
import { builder } from "../base/builder.ts";
import { ModelSummary } from "./model_summary.ts";
import { optimizerName } from "../../ml/optimizers/optimizers.ts";

const RECIPE_VALUES = {
  BASIC_CNN: {
    description: "Two convolutions with 3 x 3 kernels, two fully connected layers; 121,930 " +
      "parameters. SGD.",
  },
  DROPOUT_CNN: {
    description: "Two convolutions with 3 x 3 kernels, dropout, two fully connected layers; " +
      "1,199,882 parameters. SGD with momentum.",
  },
  WIDE_KERNEL_CNN: {
    description: "Two convolutions with 5 x 5 kernels, two fully connected layers; 317,066 " +
      "parameters. Adam.",
  },
} as const satisfies Record<RecipeName, unknown>;

export const Recipe = builder.enumType("Recipe", {
  description: "Built-in recipe: a network with default training settings.",
  values: RECIPE_VALUES,
});

export const RecipeInfo = builder.objectRef<RecipeName>("RecipeInfo").implement({
  description: "Recipe: a network with default training settings.",
  fields: (t) => ({
    recipe: t.field({
      type: Recipe,
      description: "Name of the recipe.",
      resolve: (recipe) => recipe,
    }),
    ...Object.fromEntries(RECIPE_FIELDS.map((field) => {
      const description = describeValue(field);
      const resolve = (recipe: RecipeName) => RECIPES[recipe][field];
      const isInteger = SPEC_FIELDS[field].rule.kind === "integer";
      const type = isInteger ? t.int({ description, resolve }) : t.float({ description, resolve });
      return [field, type];
    })),
    optimizer: t.string({
      description: "Optimizer with its settings: 'SGD', 'SGD, momentum 0.5', 'Adam'.",
      resolve: (recipe) => optimizerName(RECIPES[recipe].optimizer),
    }),
    model: t.field({
      type: ModelSummary,
      description: "Summary of the network.",
      resolve: (recipe) => summarize(RECIPES[recipe].network),
    }),
  }),
});
