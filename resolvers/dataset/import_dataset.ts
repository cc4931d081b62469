/** Mutation.importDataset */
import { builder } from "../../schema/base/builder.ts";
import { COST } from "../../schema/base/cost.ts";
import { DatasetPayload } from "../../schema/dataset/dataset_payload.ts";
import { ImportDatasetInput } from "../../schema/dataset/import_dataset_input.ts";
import { ofImported } from "../../schema/dataset/known_dataset.ts";
import { readImportInput } from "../../schema/dataset/read_import_input.ts";
import { requireImports } from "../../schema/dataset/require_dataset.ts";

builder.mutationField("importDataset", (t) =>
  t.field({
    type: DatasetPayload,
    description:
      "Begins to import a dataset, then returns; the import goes on in a process of its own, also after a restart " +
      "of the server. `datasetImports` follows it. A failed or cancelled import of the same name is replaced.",
    authScopes: { write: true },
    complexity: COST.write,
    args: {
      input: t.arg({ type: ImportDatasetInput, required: true, description: "The import." }),
    },
    resolve: async (_root, { input }, context) => {
      const imports = requireImports("import", context);
      return ofImported(await imports.start(await readImportInput(input, imports, context)));
    },
  }));
