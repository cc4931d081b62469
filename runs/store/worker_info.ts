/** Workers as they register themselves in the store. */
import type { DeviceInfo } from "../../ml/device.ts";
import type { SystemEvent } from "../log/events/training/system.ts";
import type { RunId } from "../log/run.ts";
import type { RunState } from "../log/state.ts";

/** Counters of a worker since its start. */
export interface WorkerStats {
  readonly eventsAppended: number;
  /** Samples of the steps appended; steps that are recomputed after a crash count once. */
  readonly samplesTrained: number;
  /** CPU time of the process, which several workers may share. */
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
  /** Latest measurement of the current training; null between trainings. */
  readonly training: Omit<SystemEvent, "type"> | null;
}

/** A registered worker. The API, which loads no engine, learns the available devices from it. */
export interface WorkerInfo {
  readonly id: string;
  /** Host name of the machine. */
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  /** Devices that it can train on; empty until it has probed them. */
  readonly devices: readonly DeviceInfo[];
  /** The run that it is training. */
  readonly runId: RunId | null;
  /** Problem that blocks its run, with the remedy; null or absent if there is none. */
  readonly trouble?: string | null;
  /** Absent from workers of versions that did not count. */
  readonly figures?: WorkerStats;
  /** RFC 3339. */
  readonly startedAt: string;
  /** Time of its latest registration, RFC 3339, by the store's clock. */
  readonly seenAt: string;
}

/** A worker, and the time since its latest registration. */
export interface RegisteredWorker extends WorkerInfo {
  /** By the store's clock. */
  readonly silentSeconds: number;
  /** True if workers() lists it. */
  readonly isAlive: boolean;
}

/** Totals for monitoring. */
export interface Overview {
  /** Number of runs in each state. */
  readonly runs: Readonly<Record<RunState, number>>;
  /** Workers that have not deregistered, including silent ones, for up to a day. */
  readonly workers: readonly RegisteredWorker[];
}
