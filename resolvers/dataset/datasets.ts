/** Query.datasets */
import { datasetNames, describeDataset } from "../../data/catalog.ts";
import { builder } from "../../schema/base/builder.ts";
import { Dataset } from "../../schema/dataset/dataset.ts";

builder.queryField("datasets", (t) =>
  t.field({
    type: [Dataset],
    description: "Available datasets.",
    authScopes: { read: true },
    resolve: () => datasetNames.map(describeDataset),
  }));
