/** Query.modelSummary */
import { PRESETS } from "../ml/presets.ts";
import { summarize } from "../ml/summary.ts";
import { builder } from "../schema/builder.ts";
import { ModelSummary } from "../schema/model_summary.ts";
import { Recipe } from "../schema/recipe.ts";

builder.queryField("modelSummary", (t) =>
  t.field({
    type: ModelSummary,
    description: "A recipe's network in numbers, without training it.",
    authScopes: { read: true },
    args: {
      recipe: t.arg({ type: Recipe, defaultValue: "BASIC_CNN", description: "Which recipe." }),
    },
    resolve: (_root, { recipe }) => summarize(PRESETS[recipe ?? "BASIC_CNN"].network),
  }));
