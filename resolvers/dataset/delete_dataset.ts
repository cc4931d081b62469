/** Mutation.deleteDataset */
import { findUnfinishedUser, inUse } from "../../runs/dataset_use.ts";
import { builder } from "../../schema/base/builder.ts";
import { COST } from "../../schema/base/cost.ts";
import { conflict } from "../../schema/base/errors.ts";
import { DeleteDatasetPayload } from "../../schema/dataset/dataset_payload.ts";
import {
  mustBeImported,
  noSuchDataset,
  requireImports,
} from "../../schema/dataset/require_dataset.ts";

const purpose = "delete a dataset";

builder.mutationField("deleteDataset", (t) =>
  t.field({
    type: DeleteDatasetPayload,
    description:
      "Deletes an imported dataset at every machine that has it, or an import that has ended. Refused while a run that " +
      "has not ended uses it. Cannot be undone.",
    authScopes: { admin: true },
    complexity: COST.write,
    args: {
      name: t.arg.string({ required: true, description: "Name of the dataset." }),
    },
    resolve: async (_root, { name }, context) => {
      const imports = requireImports(purpose, context);
      mustBeImported(purpose, name);
      const user = await findUnfinishedUser(context.store, name);
      if (user) throw conflict(inUse(name, user));
      if (!await imports.delete(name)) throw noSuchDataset(purpose, name);
      return { name };
    },
  }));
