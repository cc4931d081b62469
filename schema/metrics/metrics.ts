/** type Metrics */
import type { EpochEvent } from "../../ml/training/events.ts";
import { builder } from "../base/builder.ts";

export const Metrics = builder.objectRef<EpochEvent>("Metrics").implement({
  description: "Metrics of an epoch.",
  fields: (t) => ({
    epoch: t.exposeInt("number", { description: "Number of the epoch, from 1." }),
    trainAcc: t.exposeFloat("trainAcc", {
      description:
        "Mean accuracy over the epoch's batches, each measured before its weight update, 0 to 1.",
    }),
    trainLoss: t.exposeFloat("trainLoss", {
      description:
        "Mean loss over the epoch's batches, each measured before its weight update, in nats per sample.",
    }),
    testAcc: t.exposeFloat("testAcc", {
      description: "Accuracy on the test set after the epoch, 0 to 1.",
    }),
    testLoss: t.exposeFloat("testLoss", {
      description: "Mean loss on the test set after the epoch, in nats per sample.",
    }),
  }),
});
