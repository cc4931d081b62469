/** Query.run */
import { builder } from "../../schema/base/builder.ts";
import { COST } from "../../schema/base/cost.ts";
import { runId } from "../../schema/base/global_id.ts";
import { Run } from "../../schema/run/run.ts";

builder.queryField("run", (t) =>
  t.field({
    type: Run,
    nullable: true,
    description: "Run by id; null if it does not exist.",
    authScopes: { read: true },
    complexity: COST.lookup,
    args: {
      id: t.arg.id({ required: true, description: "ID of the run." })
        .validate(runId("read a run", "id")),
    },
    resolve: (_root, { id }, { store }) => store.get(id),
  }));
