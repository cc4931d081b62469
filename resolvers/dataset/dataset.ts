/** Query.dataset */
import { builder } from "../../schema/base/builder.ts";
import { COST } from "../../schema/base/cost.ts";
import { Dataset } from "../../schema/dataset/dataset.ts";
import { findKnown } from "../../schema/dataset/known_dataset.ts";

builder.queryField("dataset", (t) =>
  t.field({
    type: Dataset,
    nullable: true,
    description: "A dataset by its name, in any state; null if it does not exist.",
    authScopes: { read: true },
    complexity: COST.lookup,
    args: {
      name: t.arg.string({ required: true, description: "Name of the dataset." }),
    },
    resolve: async (_root, { name }, context) => await findKnown(name, context) ?? null,
  }));
