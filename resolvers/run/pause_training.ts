/** Mutation.pauseTraining */
import { builder } from "../../schema/base/builder.ts";
import { COST } from "../../schema/base/cost.ts";
import { noSuchRun, runId } from "../../schema/base/global_id.ts";
import { RunPayload } from "../../schema/run/run_payload.ts";

const purpose = "pause a training";

builder.mutationField("pauseTraining", (t) =>
  t.field({
    type: RunPayload,
    description:
      "Pauses a run. A run that is training saves a checkpoint first; a queued run pauses at once. Idempotent.",
    authScopes: { write: true },
    complexity: COST.write,
    args: {
      runId: t.arg.id({ required: true, description: "ID of the run." })
        .validate(runId(purpose)),
    },
    resolve: async (_root, { runId }, { store }) => {
      const run = await store.request(runId, "pause");
      if (!run) throw noSuchRun(purpose, runId);
      return run;
    },
  }));
