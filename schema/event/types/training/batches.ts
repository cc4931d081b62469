/** type BatchesEvent */
import type { RunEvent as Event } from "../../../../runs/log/event.ts";
import { builder } from "../../../base/builder.ts";
import { RunEvent } from "../../run_event.ts";

export const BatchesEvent = builder.objectRef<Event<"batches">>("BatchesEvent").implement({
  description:
    "Metrics of consecutive steps of one epoch. The subscription `batches` delivers them one by one.",
  interfaces: [RunEvent],
  fields: (t) => ({
    epoch: t.exposeInt("epoch", { description: "Number of the epoch, from 1." }),
    firstStep: t.exposeInt("firstStep", {
      description: "Number of the first of these steps in the run, from 1.",
    }),
    losses: t.floatList({
      description: "Mean loss of each batch, in nats per sample.",
      resolve: (event) => event.losses,
    }),
    accs: t.floatList({
      description: "Accuracy of each batch, 0 to 1.",
      resolve: (event) => event.accs,
    }),
    samplesPerSecond: t.exposeFloat("samplesPerSecond", {
      description: "Training speed over these steps, in samples per second.",
    }),
  }),
});
