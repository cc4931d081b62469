/** Query.modelSummary */
import { DEFAULT_RECIPE, RECIPES } from "../../ml/spec/recipes.ts";
import { summarize } from "../../ml/network/summary.ts";
import { builder } from "../../schema/base/builder.ts";
import { ModelSummary } from "../../schema/network/model_summary.ts";
import { Recipe } from "../../schema/network/recipe_info.ts";

builder.queryField("modelSummary", (t) =>
  t.field({
    type: ModelSummary,
    description: "Summary of a recipe's network.",
    authScopes: { read: true },
    args: {
      recipe: t.arg({
        type: Recipe,
        defaultValue: DEFAULT_RECIPE,
        description: "Name of the recipe.",
      }),
    },
    resolve: (_root, { recipe }) => summarize(RECIPES[recipe ?? DEFAULT_RECIPE].network),
  }));
