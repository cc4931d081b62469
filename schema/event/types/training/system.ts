/** type SystemEvent */
import type { GpuUse as Use } from "../../../../runs/log/events/training/system.ts";
import type { RunEvent as Event } from "../../../../runs/log/event.ts";
import { builder } from "../../../base/builder.ts";
import { RunEvent } from "../../run_event.ts";

const GpuUse = builder.objectRef<Use>("GpuUse").implement({
  description: "GPU use, as reported by its driver.",
  fields: (t) => ({
    utilization: t.exposeFloat("utilization", {
      nullable: true,
      description: "GPU utilization, 0 to 1; null if the driver does not report it.",
    }),
    memoryBytes: t.exposeFloat("memoryBytes", {
      nullable: true,
      description:
        "GPU memory in use by all processes, in bytes; null if the driver does not report it.",
    }),
  }),
});

export const SystemEvent = builder.objectRef<Event<"system">>("SystemEvent").implement({
  description: "Resource usage of the training, measured every few seconds.",
  interfaces: [RunEvent],
  fields: (t) => ({
    cpuCores: t.exposeFloat("cpuCores", {
      description: "Mean number of busy CPU cores since the previous measurement.",
    }),
    memoryBytes: t.exposeFloat("memoryBytes", {
      description: "Resident memory of the training process, in bytes.",
    }),
    samplesPerSecond: t.exposeFloat("samplesPerSecond", {
      description:
        "Training speed since the previous measurement, in samples per second, including time for tests " +
        "and checkpoints.",
    }),
    gpu: t.field({
      type: GpuUse,
      nullable: true,
      description: "Use of the GPU it trains on, by all processes; null without a GPU.",
      resolve: (event) => event.gpu,
    }),
  }),
});
