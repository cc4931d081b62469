/** Query.viewer */
import { builder } from "../../schema/base/builder.ts";
import { Viewer } from "../../schema/viewer/viewer.ts";

builder.queryField("viewer", (t) =>
  t.field({
    type: Viewer,
    description: "The client, with its permissions.",
    authScopes: { read: true },
    resolve: (_root, _args, { viewer }) => viewer,
  }));
