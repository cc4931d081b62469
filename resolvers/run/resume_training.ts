/** Mutation.resumeTraining */
import { InvalidSpecError } from "../../ml/spec/spec.ts";
import { currentTraceparent } from "../../lib/trace.ts";
import { builder } from "../../schema/base/builder.ts";
import { COST } from "../../schema/base/cost.ts";
import { badInput } from "../../schema/base/errors.ts";
import { noSuchRun, runId } from "../../schema/base/global_id.ts";
import { RunPayload } from "../../schema/run/run_payload.ts";

const purpose = "resume a training";

builder.mutationField("resumeTraining", (t) =>
  t.field({
    type: RunPayload,
    description:
      "Lets a run go on: one that is paused, one that has failed, or, with more epochs, one that is " +
      "completed. The next worker that has time takes it up from its last checkpoint.",
    authScopes: { write: true },
    complexity: COST.write,
    args: {
      runId: t.arg.id({ required: true, description: "The run's id." })
        .validate(runId(purpose)),
      epochs: t.arg.int({
        description:
          "How many epochs the run is to have in all: as many as it was to have, or more. " +
          "A completed run needs more; for others it stays as it was where there is no number.",
      }),
    },
    resolve: async (_root, { runId, epochs }, { store }) => {
      const run = await store.request(runId, "resume", {
        epochs: epochs ?? null,
        traceparent: currentTraceparent(),
      }).catch((error) => {
        throw error instanceof InvalidSpecError ? badInput(error.message, ["epochs"]) : error;
      });
      if (!run) throw noSuchRun(purpose, runId);
      return run;
    },
  }));
