/** type RunPayload */
import type { Run as StoredRun } from "../../runs/store/store.ts";
import { builder } from "../base/builder.ts";
import { Run } from "./run.ts";

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
