/** Query.recipes */
import { RECIPES } from "../ml/presets.ts";
import { builder } from "../schema/builder.ts";
import { RecipeInfo } from "../schema/recipe_info.ts";

builder.queryField("recipes", (t) =>
  t.field({
    type: [RecipeInfo],
    description: "The built-in recipes with what they take for all that startTraining is not told.",
    authScopes: { read: true },
    resolve: () => [...RECIPES],
  }));
