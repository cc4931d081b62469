/** type Epoch */
import type { RunEvent as Event } from "../../runs/log/event.ts";
import { builder } from "../base/builder.ts";
import { RunEvent } from "../event/run_event.ts";

export const Epoch = builder.objectRef<Event<"epoch">>("Epoch").implement({
  description: "One pass over the training set, and the test after it.",
  interfaces: [RunEvent],
  fields: (t) => ({
    number: t.exposeInt("number", {
      description: "Its number within the run, from 1. A cursor: `afterEpoch`.",
    }),
    trainAcc: t.exposeFloat("trainAcc", {
      description: "Accuracy over the epoch's training samples as they were trained, a fraction.",
    }),
    trainLoss: t.exposeFloat("trainLoss", {
      description:
        "Mean loss over the epoch's training samples as they were trained, in nats per " +
        "sample.",
    }),
    testAcc: t.exposeFloat("testAcc", {
      description: "Accuracy over the test set after the epoch, a fraction.",
    }),
    testLoss: t.exposeFloat("testLoss", {
      description: "Mean loss over the test set after the epoch, in nats per sample.",
    }),
    learningRate: t.exposeFloat("learningRate", {
      description: "The learning rate of the epoch.",
    }),
    seconds: t.exposeFloat("seconds", { description: "Time of training and test." }),
  }),
});
