/** Query.run */
import { builder } from "../../schema/base/builder.ts";
import { COST } from "../../schema/base/cost.ts";
import { runId } from "../../schema/base/global_id.ts";
import { Run } from "../../schema/run/run.ts";

builder.queryField("run", (t) =>
  t.field({
    type: Run,
    nullable: true,
    description: "A run by its id; null if there is none (any more).",
    authScopes: { read: true },
    complexity: COST.lookup,
    args: {
      id: t.arg.id({ required: true, description: "The run's id." })
        .validate(runId("read a run", "id")),
    },
    resolve: (_root, { id }, { store }) => store.get(id),
  }));
