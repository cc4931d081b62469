/** type BatchesEvent */
import type { RunEvent as Event } from "../../../runs/log/event.ts";
import { builder } from "../../base/builder.ts";
import { RunEvent } from "../run_event.ts";

export const BatchesEvent = builder.objectRef<Event<"batches">>("BatchesEvent").implement({
  description: "Some consecutive steps of one epoch. The subscription `batches` gives them singly.",
  interfaces: [RunEvent],
  fields: (t) => ({
    epoch: t.exposeInt("epoch", { description: "The epoch they belong to, from 1." }),
    firstStep: t.exposeInt("firstStep", {
      description: "The first one's number, from 1, counted over the whole run.",
    }),
    losses: t.floatList({
      description: "Each step's mean loss, in nats per sample.",
      resolve: (event) => event.losses,
    }),
    accs: t.floatList({
      description: "Each step's accuracy, a fraction.",
      resolve: (event) => event.accs,
    }),
    samplesPerSecond: t.exposeFloat("samplesPerSecond", {
      description: "The speed over these steps.",
    }),
  }),
});
