/** type SystemEvent */
import type { GpuUse as Use, RunEvent as Event } from "../../../runs/log/event.ts";
import { builder } from "../../base/builder.ts";
import { RunEvent } from "../run_event.ts";

const GpuUse = builder.objectRef<Use>("GpuUse").implement({
  description: "What a GPU is at, as its driver says.",
  fields: (t) => ({
    utilization: t.exposeFloat("utilization", {
      nullable: true,
      description:
        "The part of the time in which it did something, a fraction; null if its driver does not say.",
    }),
    memoryBytes: t.exposeFloat("memoryBytes", {
      nullable: true,
      description: "Memory in use on it, by whomever; null if its driver does not say.",
    }),
  }),
});

export const SystemEvent = builder.objectRef<Event<"system">>("SystemEvent").implement({
  description:
    "What the training takes of its machine, measured every few seconds while it goes on.",
  interfaces: [RunEvent],
  fields: (t) => ({
    cpuCores: t.exposeFloat("cpuCores", {
      description: "How many cores were busy with it on average since the measurement before.",
    }),
    memoryBytes: t.exposeFloat("memoryBytes", {
      description: "Resident memory of the process that trains.",
    }),
    samplesPerSecond: t.exposeFloat("samplesPerSecond", {
      description:
        "The speed since the measurement before, pauses for tests and checkpoints included.",
    }),
    gpu: t.field({
      type: GpuUse,
      nullable: true,
      description: "The GPU that it trains on, whoever else uses it; null where there is none.",
      resolve: (event) => event.gpu,
    }),
  }),
});
