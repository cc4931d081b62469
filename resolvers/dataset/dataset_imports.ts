/** Subscription.datasetImports */
import { builder } from "../../schema/base/builder.ts";
import { subscriptionSource } from "../../schema/base/subscription_source.ts";
import { Dataset } from "../../schema/dataset/dataset.ts";
import { type KnownDataset, ofImported } from "../../schema/dataset/known_dataset.ts";
import { requireImports } from "../../schema/dataset/require_dataset.ts";
import type { Imports } from "../../imports/service.ts";

builder.subscriptionField("datasetImports", (t) =>
  t.field({
    type: Dataset,
    description:
      "A dataset, each time its import goes on, is ready, has failed or was cancelled. Starts with every import " +
      "that has not ended, or with the dataset that `name` names; never completes.",
    authScopes: { read: true },
    args: {
      name: t.arg.string({ description: "Only the dataset with this name." }),
    },
    subscribe: (_root, { name }, context, info) => {
      const imports = requireImports("follow imports", context);
      return subscriptionSource(context, info, (signal) => follow(imports, name, signal));
    },
    resolve: (dataset) => dataset,
  }));

async function* follow(
  imports: Imports,
  name: string | null | undefined,
  signal: AbortSignal,
): AsyncGenerator<KnownDataset, void> {
  for await (const dataset of imports.follow(name ?? undefined, signal)) yield ofImported(dataset);
}
