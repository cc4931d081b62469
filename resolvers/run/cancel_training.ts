/** Mutation.cancelTraining */
import { builder } from "../../schema/base/builder.ts";
import { COST } from "../../schema/base/cost.ts";
import { noSuchRun, runId } from "../../schema/base/global_id.ts";
import { RunPayload } from "../../schema/run/run_payload.ts";

const purpose = "cancel a training";

builder.mutationField("cancelTraining", (t) =>
  t.field({
    type: RunPayload,
    description:
      "Cancels a run: after the current step if it is training, otherwise at once. Completed epochs stay in its log.",
    authScopes: { write: true },
    complexity: COST.write,
    args: {
      runId: t.arg.id({ required: true, description: "ID of the run." })
        .validate(runId(purpose)),
    },
    resolve: async (_root, { runId }, { store }) => {
      const run = await store.request(runId, "cancel");
      if (!run) throw noSuchRun(purpose, runId);
      return run;
    },
  }));
