/** enum Device */
import type { Device as DeviceName } from "../../ml/spec/spec.ts";
import { builder } from "../base/builder.ts";

const values = {
  AUTO: { description: "Best available device: CUDA, else CPU, else WEBGPU." },
  CUDA: { description: "NVIDIA GPU, by TensorFlow." },
  CPU: { description: "CPU, by TensorFlow." },
  WEBGPU: { description: "AMD, Intel, Apple or NVIDIA GPU, by WebGPU." },
} as const satisfies Record<DeviceName, unknown>;

export const Device = builder.enumType("Device", {
  description:
    "Device to train on. Requesting a device that is not available is an error; there is no fallback.",
  values,
});
