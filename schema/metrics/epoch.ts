/** type Epoch, type Metrics */
import type { RunEvent as Event } from "../../runs/log/event.ts";
import { builder } from "../base/builder.ts";
import { RunEvent } from "../event/run_event.ts";
import type { EpochEvent } from "../../ml/training/events.ts";

const VALIDATION_ACC =
  "Accuracy on the samples kept for validation after the epoch, 0 to 1; null without such samples.";
const VALIDATION_LOSS =
  "Mean loss on the samples kept for validation after the epoch, in nats per sample; null without such samples.";

export const Epoch = builder.objectRef<Event<"epoch">>("Epoch").implement({
  description: "Metrics of a completed epoch: one pass over the training set, then a test.",
  interfaces: [RunEvent],
  fields: (t) => ({
    number: t.exposeInt("number", {
      description: "Number of the epoch, from 1. Pass it as `afterEpoch`.",
    }),
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
    validationAcc: t.float({
      nullable: true,
      description: VALIDATION_ACC,
      resolve: ({ validationAcc }) => validationAcc,
    }),
    validationLoss: t.float({
      nullable: true,
      description: VALIDATION_LOSS,
      resolve: ({ validationLoss }) => validationLoss,
    }),
    learningRate: t.exposeFloat("learningRate", {
      description: "Learning rate of the epoch's last step.",
    }),
    seconds: t.exposeFloat("seconds", {
      description: "Duration of training and test, in seconds.",
    }),
  }),
});

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
    validationAcc: t.float({
      nullable: true,
      description: VALIDATION_ACC,
      resolve: ({ validationAcc }) => validationAcc,
    }),
    validationLoss: t.float({
      nullable: true,
      description: VALIDATION_LOSS,
      resolve: ({ validationLoss }) => validationLoss,
    }),
  }),
});
