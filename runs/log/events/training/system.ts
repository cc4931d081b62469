/** Event system: the resource usage of a training, measured every few seconds. */
import { count, size } from "../../../../lib/format.ts";
import type { EventDefinition } from "../../event_definition.ts";
import { TRAINING_STATES } from "../../state.ts";

/** Load of a GPU as its driver reports it; null where it reports none. */
export interface GpuUse {
  /** The part of the time in which it was busy, a fraction. */
  readonly utilization: number | null;
  /** GPU memory in use by all processes. */
  readonly memoryBytes: number | null;
}

export interface SystemEvent {
  readonly type: "system";
  /** Mean number of busy cores since the previous measurement. */
  readonly cpuCores: number;
  /** Resident memory of the process that trains. */
  readonly memoryBytes: number;
  /** The speed since the measurement before, pauses for tests and checkpoints included. */
  readonly samplesPerSecond: number;
  /** Null where it does not train on a GPU, and until there is an answer from it. */
  readonly gpu: GpuUse | null;
}

export const system: EventDefinition<SystemEvent> = {
  allowedIn: TRAINING_STATES,
  apply: () => ({}),
  text: ({ cpuCores, memoryBytes, samplesPerSecond }) =>
    `${cpuCores.toFixed(1)} CPU cores and ${size(memoryBytes)} of memory in use, ` +
    `${count(samplesPerSecond)} samples/s.`,
};
