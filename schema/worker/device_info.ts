/** type DeviceInfo */
import { builder } from "../base/builder.ts";
import { Device } from "./device.ts";
import type { DeviceInfo as Info } from "../../ml/device.ts";

export const DeviceInfo = builder.objectRef<Info>("DeviceInfo").implement({
  description: "Device of a worker, available or not.",
  fields: (t) => ({
    kind: t.field({
      type: Device,
      description: "Kind of device, as in startTraining's `device`.",
      resolve: (device) => device.kind,
    }),
    name: t.exposeString("name", {
      description: "Model of the device: 'AMD EPYC 7B13, 2 threads'.",
    }),
    available: t.exposeBoolean("available", { description: "True if a run can be trained on it." }),
    reason: t.string({
      nullable: true,
      description: "Reason why it is not available, with a remedy; null if available.",
      resolve: (device) => device.reason ?? null,
    }),
  }),
});
