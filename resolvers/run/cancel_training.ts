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
      "Asks for the end of a run. A queued run is over at once, one that is training with the " +
      "step it is in; its epochs so far stay in its log.",
    authScopes: { write: true },
    complexity: COST.write,
    args: {
      runId: t.arg.id({ required: true, description: "The run's id." })
        .validate(runId(purpose)),
    },
    resolve: async (_root, { runId }, { store }) => {
      const run = await store.request(runId, "cancel");
      if (!run) throw noSuchRun(purpose, runId);
      return run;
    },
  }));
