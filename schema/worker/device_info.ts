/** type DeviceInfo */
import { builder } from "../base/builder.ts";
import { Device } from "./device.ts";
import type { DeviceInfo as Info } from "../../ml/device.ts";

export const DeviceInfo = builder.objectRef<Info>("DeviceInfo").implement({
  description: "A device that a worker has, or why it has not.",
  fields: (t) => ({
    kind: t.field({
      type: Device,
      description: "What startTraining's `device` calls it.",
      resolve: (device) => device.kind,
    }),
    name: t.exposeString("name", { description: "What it is: 'AMD EPYC 7B13, 2 threads'." }),
    available: t.exposeBoolean("available", { description: "Whether a run can be trained on it." }),
    reason: t.string({
      nullable: true,
      description: "Why it is not available, and what to do about it.",
      resolve: (device) => device.reason ?? null,
    }),
  }),
});
