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
      "Asks a run to stand still. One that waits for a worker is paused at once; the worker of one that is " +
      "training makes a checkpoint first. To ask again changes nothing.",
    authScopes: { write: true },
    complexity: COST.write,
    args: {
      runId: t.arg.id({ required: true, description: "The run's id." })
        .validate(runId(purpose)),
    },
    resolve: async (_root, { runId }, { store }) => {
      const run = await store.request(runId, "pause");
      if (!run) throw noSuchRun(purpose, runId);
      return run;
    },
  }));
