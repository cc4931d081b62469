/** The engines that train on the CPU: each is held to PyTorch's numbers. */
import type { Engine } from "../../../ml/engines/engine.ts";
import { nativeEngine } from "./native.ts";
import { cpuEngine } from "./tensorflow.ts";

export const CPU_ENGINES: readonly (readonly [name: string, open: () => Promise<Engine>])[] = [
  ["TensorFlow", cpuEngine],
  ["the native engine", nativeEngine],
];
