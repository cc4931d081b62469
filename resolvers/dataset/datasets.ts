/** Query.datasets */
import { builder } from "../../schema/base/builder.ts";
import { Dataset } from "../../schema/dataset/dataset.ts";
import { listKnown } from "../../schema/dataset/known_dataset.ts";

builder.queryField("datasets", (t) =>
  t.field({
    type: [Dataset],
    description:
      "All datasets, in any state: the built-in ones, then the others by name, whichever machine has imported them. " +
      "Imports that have not ended well are those of this server's machine.",
    authScopes: { read: true },
    resolve: (_root, _args, context) => listKnown(context),
  }));
