/** type DatasetPayload, type DeleteDatasetPayload */
import { builder } from "../base/builder.ts";
import { Dataset } from "./dataset.ts";
import type { KnownDataset } from "./known_dataset.ts";

export const DatasetPayload = builder.objectRef<KnownDataset>("DatasetPayload").implement({
  description: "Result of a mutation on a dataset.",
  fields: (t) => ({
    dataset: t.field({
      type: Dataset,
      description: "The dataset after the mutation.",
      resolve: (dataset) => dataset,
    }),
  }),
});

export const DeleteDatasetPayload = builder.objectRef<{ readonly name: string }>(
  "DeleteDatasetPayload",
).implement({
  description: "Result of deleteDataset.",
  fields: (t) => ({
    deletedName: t.exposeString("name", { description: "Name of the deleted dataset." }),
  }),
});
