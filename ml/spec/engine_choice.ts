/** The engine of trainings that name none: the default on CPUs, and a setting in its place. */
import type { Device, EngineName } from "./spec.ts";

/** An engine by its name. */
export type NamedEngine = Exclude<EngineName, "AUTO">;

/** The engine that AUTO prefers on CPUs. */
export const DEFAULT_CPU_ENGINE: NamedEngine = "NATIVE";

/**
 * Returns the engine of a training where a setting stands for AUTO: that setting, unless the training asks for a device
 * that the engine does not know.
 */
export function engineFor(
  asked: EngineName,
  device: Device,
  setting: EngineName = "AUTO",
): EngineName {
  if (asked !== "AUTO") return asked;
  return setting === "NATIVE" && device !== "AUTO" && device !== "CPU" ? "AUTO" : setting;
}
