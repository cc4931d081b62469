/** Mutation.deleteRun */
import { builder } from "../../schema/base/builder.ts";
import { COST } from "../../schema/base/cost.ts";
import { DeleteRunPayload } from "../../schema/run/delete_run_payload.ts";
import { noSuchRun, runId } from "../../schema/base/global_id.ts";

const purpose = "delete a run";

builder.mutationField("deleteRun", (t) =>
  t.field({
    type: DeleteRunPayload,
    description:
      "Removes a run that is over or paused, with its log and its checkpoints. There is no way back.",
    authScopes: { admin: true },
    complexity: COST.write,
    args: {
      runId: t.arg.id({ required: true, description: "The run's id." })
        .validate(runId(purpose)),
    },
    resolve: async (_root, { runId }, { store, deleteRun = store.delete }) => {
      if (!await deleteRun(runId)) throw noSuchRun(purpose, runId);
      return { runId };
    },
  }));
