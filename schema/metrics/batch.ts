/** type Batch */
import type { BatchMetrics } from "../../runs/reading/follow.ts";
import { builder } from "../base/builder.ts";
import { globalId } from "../base/global_id.ts";

export const Batch = builder.objectRef<BatchMetrics>("Batch").implement({
  description: "One step of a run: a batch that was trained on.",
  fields: (t) => ({
    runId: t.id({
      description: "The run's id.",
      resolve: (batch) => globalId("Run", batch.runId),
    }),
    epoch: t.exposeInt("epoch", { description: "The epoch it belongs to, from 1." }),
    step: t.exposeInt("step", {
      description: "Its number, from 1, counted over the whole run. A cursor: `afterStep`.",
    }),
    loss: t.exposeFloat("loss", { description: "Mean loss of the batch, in nats per sample." }),
    acc: t.exposeFloat("acc", { description: "Accuracy on the batch, a fraction." }),
  }),
});
