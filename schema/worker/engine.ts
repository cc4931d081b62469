/** enum Engine */
import type { EngineName } from "../../ml/spec/spec.ts";
import { builder } from "../base/builder.ts";

const ENGINE_VALUES = {
  AUTO: {
    description:
      "TensorFlow on GPUs. On CPUs the native engine, or TensorFlow where that is not available; a run stays with the " +
      "engine that it began with.",
  },
  NATIVE: { description: "The native engine: this project's own, for CPUs." },
  TENSORFLOW: { description: "TensorFlow, which the worker fetches first if it is not set up." },
} as const satisfies Record<EngineName, unknown>;

export const Engine = builder.enumType("Engine", {
  description: "Engine to train with. Requesting one that is not available is an error.",
  values: ENGINE_VALUES,
});
