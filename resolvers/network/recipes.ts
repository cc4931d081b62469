/** Query.recipes */
import { RECIPE_NAMES } from "../../ml/spec/recipes.ts";
import { builder } from "../../schema/base/builder.ts";
import { RecipeInfo } from "../../schema/network/recipe_info.ts";

builder.queryField("recipes", (t) =>
  t.field({
    type: [RecipeInfo],
    description: "Built-in recipes with their default settings.",
    authScopes: { read: true },
    resolve: () => [...RECIPE_NAMES],
  }));
