/** type DeleteRunPayload */
import { builder } from "../base/builder.ts";
import { globalId } from "../base/global_id.ts";

export const DeleteRunPayload = builder.objectRef<{ readonly runId: string }>("DeleteRunPayload")
  .implement({
    description: "The answer of deleteRun.",
    fields: (t) => ({
      deletedRunId: t.id({
        description: "The id of the run that is gone.",
        resolve: ({ runId }) => globalId("Run", runId),
      }),
    }),
  });
