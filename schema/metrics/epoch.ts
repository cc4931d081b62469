/** type Epoch, type Metrics */
import type { RunEvent as Event } from "../../runs/log/event.ts";
import { builder } from "../base/builder.ts";
import { RunEvent } from "../event/run_event.ts";
import type { EpochEvent } from "../../ml/training/events.ts";

const EpochRef = builder.objectRef<Event<"epoch">>("Epoch");
const MetricsRef = builder.objectRef<EpochEvent>("Metrics");

export const Epoch = EpochRef.implement({
  description: "Metrics of a completed epoch: one pass over the training set, then a test.",
  interfaces: [RunEvent],
  fields: (t) => ({
    number: t.exposeInt("number", {
      description: "Number of the epoch, from 1. Pass it as `afterEpoch`.",
    }),
    learningRate: t.exposeFloat("learningRate", {
      description: "Learning rate of the epoch's last step.",
    }),
    seconds: t.exposeFloat("seconds", {
      description: "Duration of training and test, in seconds.",
    }),
  }),
});

export const Metrics = MetricsRef.implement({
  description: "Metrics of an epoch.",
  fields: (t) => ({
    epoch: t.exposeInt("number", { description: "Number of the epoch, from 1." }),
  }),
});

/** The six metrics, which both types have. */
for (const type of [EpochRef, MetricsRef]) {
  builder.objectFields(type, (t) => ({
    trainAcc: t.float({
      description:
        "Mean accuracy over the epoch's batches, each measured before its weight update, 0 to 1.",
      resolve: ({ trainAcc }) => trainAcc,
    }),
    trainLoss: t.float({
      description:
        "Mean loss over the epoch's batches, each measured before its weight update, in nats per sample.",
      resolve: ({ trainLoss }) => trainLoss,
    }),
    testAcc: t.float({
      description: "Accuracy on the test set after the epoch, 0 to 1.",
      resolve: ({ testAcc }) => testAcc,
    }),
    testLoss: t.float({
      description: "Mean loss on the test set after the epoch, in nats per sample.",
      resolve: ({ testLoss }) => testLoss,
    }),
    validationAcc: t.float({
      nullable: true,
      description:
        "Accuracy on the samples kept for validation after the epoch, 0 to 1; null without such samples.",
      resolve: ({ validationAcc }) => validationAcc,
    }),
    validationLoss: t.float({
      nullable: true,
      description:
        "Mean loss on the samples kept for validation after the epoch, in nats per sample; null without such samples.",
      resolve: ({ validationLoss }) => validationLoss,
    }),
  }));
}
