/** type StartedEvent */
import type { RunEvent as Event } from "../../../../runs/log/event.ts";
import { builder } from "../../../base/builder.ts";
import { RunEvent } from "../../run_event.ts";

export const StartedEvent = builder.objectRef<Event<"started">>("StartedEvent").implement({
  description: "Training started: network and data are on the device.",
  interfaces: [RunEvent],
  fields: (t) => ({
    device: t.exposeString("device", {
      description: "Device in use: 'CPU (AMD EPYC 7B13, 2 threads)'.",
    }),
    engine: t.exposeString("engine", {
      description: "Engine with version: 'Native 1 (AVX2)', 'TensorFlow 2.21.0'.",
    }),
    stepsPerEpoch: t.exposeInt("stepsPerEpoch", { description: "Number of steps per epoch." }),
    steps: t.exposeInt("steps", { description: "Total number of steps of the run." }),
    parameters: t.exposeInt("parameters", { description: "Number of trainable parameters." }),
  }),
});
