/** Query.recipes */
import { RECIPES } from "../../ml/spec/presets.ts";
import { builder } from "../../schema/base/builder.ts";
import { RecipeInfo } from "../../schema/network/recipe_info.ts";

builder.queryField("recipes", (t) =>
  t.field({
    type: [RecipeInfo],
    description: "Built-in recipes with their default settings.",
    authScopes: { read: true },
    resolve: () => [...RECIPES],
  }));
