/** type DeleteRunPayload */
import { builder } from "../base/builder.ts";
import { globalId } from "../base/global_id.ts";

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
