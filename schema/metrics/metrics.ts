/** type Metrics */
import type { EpochEvent } from "../../ml/training/events.ts";
import { builder } from "../base/builder.ts";

export const Metrics = builder.objectRef<EpochEvent>("Metrics").implement({
  description: "What an epoch came to.",
  fields: (t) => ({
    epoch: t.exposeInt("number", { description: "The epoch, from 1." }),
    trainAcc: t.exposeFloat("trainAcc", {
      description: "Accuracy over its training samples as they were trained, a fraction.",
    }),
    trainLoss: t.exposeFloat("trainLoss", {
      description: "Mean loss over its training samples as they were trained, in nats per sample.",
    }),
    testAcc: t.exposeFloat("testAcc", {
      description: "Accuracy over the test set after it, a fraction.",
    }),
    testLoss: t.exposeFloat("testLoss", {
      description: "Mean loss over the test set after it, in nats per sample.",
    }),
  }),
});
