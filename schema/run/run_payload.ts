/** type RunPayload, type DeleteRunPayload */
import type { Run as StoredRun } from "../../runs/log/run.ts";
import { builder } from "../base/builder.ts";
import { Run } from "./run.ts";
import { globalId } from "../base/global_id.ts";

export const RunPayload = builder.objectRef<StoredRun>("RunPayload").implement({
  description: "Result of a mutation on a run.",
  fields: (t) => ({
    run: t.field({
      type: Run,
      description: "The run after the mutation.",
      resolve: (run) => run,
    }),
  }),
});

export const DeleteRunPayload = builder.objectRef<{ readonly runId: string }>("DeleteRunPayload")
  .implement({
    description: "Result of deleteRun.",
    fields: (t) => ({
      deletedRunId: t.id({
        description: "ID of the deleted run.",
        resolve: ({ runId }) => globalId("Run", runId),
      }),
    }),
  });
