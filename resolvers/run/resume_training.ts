/** Mutation.resumeTraining */
import { InvalidSpecError } from "../../ml/spec/spec.ts";
import { deletionProblem } from "../../data/storage/describe.ts";
import { currentTraceparent } from "../../lib/trace.ts";
import { builder } from "../../schema/base/builder.ts";
import { COST } from "../../schema/base/cost.ts";
import { badInput, conflict } from "../../schema/base/errors.ts";
import { noSuchRun, runId } from "../../schema/base/global_id.ts";
import { RunPayload } from "../../schema/run/run_payload.ts";

const purpose = "resume a training";

builder.mutationField("resumeTraining", (t) =>
  t.field({
    type: RunPayload,
    description:
      "Resumes a paused, cancelled or failed run, or a completed one with more epochs, from its last " +
      "checkpoint. " +
      "The run waits for a worker. One that has diverged would diverge again; start it again instead.",
    authScopes: { write: true },
    complexity: COST.write,
    args: {
      runId: t.arg.id({ required: true, description: "ID of the run." })
        .validate(runId(purpose)),
      epochs: t.arg.int({
        description:
          "New total number of epochs, not below the current total. Required for a completed run, which " +
          "needs a higher one unless it stopped early. Default: unchanged.",
      }),
    },
    resolve: async (_root, { runId, epochs }, context) => {
      const { store, imports } = context;
      const dataset = (await store.get(runId))?.spec.dataset;
      const problem = dataset && imports && await deletionProblem(dataset, imports);
      if (problem) throw conflict(`Cannot ${purpose}: ${problem}`);
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
