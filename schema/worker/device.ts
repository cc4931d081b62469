/** enum Device */
import type { Device as DeviceName } from "../../ml/spec/spec.ts";
import { builder } from "../base/builder.ts";

const values = {
  AUTO: { description: "The best that is there: CUDA, else the CPU, else WebGPU." },
  CUDA: { description: "An NVIDIA GPU, through TensorFlow." },
  CPU: { description: "The processor, through TensorFlow." },
  WEBGPU: { description: "Any GPU that WebGPU reaches: AMD, Intel, Apple, NVIDIA." },
} as const satisfies Record<DeviceName, unknown>;

export const Device = builder.enumType("Device", {
  description:
    "What a training runs on. Asking for a device that is missing is an error; nothing " +
    "else takes its place.",
  values,
});
