/** Mutation.cancelImport */
import { builder } from "../../schema/base/builder.ts";
import { COST } from "../../schema/base/cost.ts";
import { DatasetPayload } from "../../schema/dataset/dataset_payload.ts";
import { ofImported } from "../../schema/dataset/known_dataset.ts";
import {
  mustBeImported,
  noSuchDataset,
  requireImports,
} from "../../schema/dataset/require_dataset.ts";

const purpose = "cancel an import";

builder.mutationField("cancelImport", (t) =>
  t.field({
    type: DatasetPayload,
    description: "Cancels an import: within seconds if it goes on, otherwise at once.",
    authScopes: { write: true },
    complexity: COST.write,
    args: {
      name: t.arg.string({ required: true, description: "Name of the dataset." }),
    },
    resolve: async (_root, { name }, context) => {
      const imports = requireImports(purpose, context);
      mustBeImported(purpose, name);
      if (!await imports.cancel(name)) throw noSuchDataset(purpose, name);
      const dataset = await imports.find(name);
      if (!dataset) throw noSuchDataset(purpose, name);
      return ofImported(dataset);
    },
  }));
