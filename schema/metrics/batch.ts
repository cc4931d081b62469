/** type Batch, enum Thinning */
import type { BatchMetrics } from "../../runs/reading/follow.ts";
import { builder } from "../base/builder.ts";
import { globalId } from "../base/global_id.ts";
import type { Thinning as Kind } from "../../runs/reading/batch_curve.ts";

export const Batch = builder.objectRef<BatchMetrics>("Batch").implement({
  description: "Metrics of one training step.",
  fields: (t) => ({
    runId: t.id({
      description: "ID of the run.",
      resolve: (batch) => globalId("Run", batch.runId),
    }),
    epoch: t.exposeInt("epoch", { description: "Number of the epoch, from 1." }),
    step: t.exposeInt("step", {
      description: "Number of the step in the run, from 1. Pass it as `afterStep`.",
    }),
    loss: t.exposeFloat("loss", { description: "Mean loss of the batch, in nats per sample." }),
    acc: t.exposeFloat("acc", { description: "Accuracy on the batch, 0 to 1." }),
  }),
});

const THINNINGS = {
  SHAPE: {
    description:
      "Selected steps that preserve the shape of the loss, with its spikes (Largest Triangle Three Buckets).",
  },
  MEAN: { description: "Means over intervals of equal length, each reported at its last step." },
} as const satisfies Record<Kind, unknown>;

export const Thinning = builder.enumType("Thinning", {
  description: "Method of downsampling a curve.",
  values: THINNINGS,
});
