/** Query.recipes */
import { RECIPES } from "../../ml/spec/presets.ts";
import { builder } from "../../schema/base/builder.ts";
import { RecipeInfo } from "../../schema/network/recipe_info.ts";

builder.queryField("recipes", (t) =>
  t.field({
    type: [RecipeInfo],
    description: "The built-in recipes with what they take for all that startTraining is not told.",
    authScopes: { read: true },
    resolve: () => [...RECIPES],
  }));
