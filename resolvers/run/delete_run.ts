/** Mutation.deleteRun */
import { builder } from "../../schema/base/builder.ts";
import { COST } from "../../schema/base/cost.ts";
import { DeleteRunPayload } from "../../schema/run/run_payload.ts";
import { noSuchRun, runId } from "../../schema/base/global_id.ts";

const purpose = "delete a run";

builder.mutationField("deleteRun", (t) =>
  t.field({
    type: DeleteRunPayload,
    description: "Deletes an ended or paused run with its log and checkpoints. Cannot be undone.",
    authScopes: { admin: true },
    complexity: COST.write,
    args: {
      runId: t.arg.id({ required: true, description: "ID of the run." })
        .validate(runId(purpose)),
    },
    resolve: async (_root, { runId }, { store, deleteRun = store.delete }) => {
      if (!await deleteRun(runId)) throw noSuchRun(purpose, runId);
      return { runId };
    },
  }));
