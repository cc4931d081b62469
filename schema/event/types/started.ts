/** type StartedEvent */
import type { RunEvent as Event } from "../../../runs/log/event.ts";
import { builder } from "../../base/builder.ts";
import { RunEvent } from "../run_event.ts";

export const StartedEvent = builder.objectRef<Event<"started">>("StartedEvent").implement({
  description: "The network and the data are on the device; the first step is next.",
  interfaces: [RunEvent],
  fields: (t) => ({
    device: t.exposeString("device", {
      description: "What it really runs on: 'CPU (AMD EPYC 7B13, 2 threads)'.",
    }),
    engine: t.exposeString("engine", {
      description: "The engine and its version: 'TensorFlow 2.21.0'.",
    }),
    stepsPerEpoch: t.exposeInt("stepsPerEpoch", { description: "How many steps make an epoch." }),
    steps: t.exposeInt("steps", { description: "How many steps make the whole run." }),
    parameters: t.exposeInt("parameters", { description: "How many numbers are learned." }),
  }),
});
