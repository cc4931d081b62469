/** enum Engine */
import type { EngineName } from "../../ml/spec/spec.ts";
import { builder } from "../base/builder.ts";

const ENGINE_VALUES = {
  AUTO: { description: "The engine that trains on the device unless another is named." },
  NATIVE: { description: "The native engine: this project's own, for CPUs." },
  TENSORFLOW: { description: "TensorFlow." },
} as const satisfies Record<EngineName, unknown>;

export const Engine = builder.enumType("Engine", {
  description: "Engine to train with. Requesting one that is not available is an error.",
  values: ENGINE_VALUES,
});
