/** type DeviceInfo, enum Device */
import { builder } from "../base/builder.ts";
import type { DeviceInfo as Info } from "../../ml/device.ts";
import type { Device as DeviceName } from "../../ml/spec/spec.ts";

const DEVICE_VALUES = {
  AUTO: { description: "Best available device: CUDA, else CPU, else WEBGPU." },
  CUDA: { description: "NVIDIA GPU, by TensorFlow." },
  CPU: { description: "CPU, by the native engine or TensorFlow." },
  WEBGPU: { description: "AMD, Intel, Apple or NVIDIA GPU, by WebGPU. Not part of this version." },
} as const satisfies Record<DeviceName, unknown>;

export const Device = builder.enumType("Device", {
  description:
    "Device to train on. Requesting a device that is not available is an error; there is no fallback.",
  values: DEVICE_VALUES,
});

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
