/**
 * Placement of runs: which worker can train which run. The queue uses it, and clients see what a
 * run waits for. A worker that has not listed its devices yet may have any.
 */
import { type Device, DEVICES } from "../../ml/spec/spec.ts";
import type { Run } from "../log/run.ts";
import { isWaiting, type RunState, TRAINING_STATES } from "../log/state.ts";
import type { WorkerInfo } from "./worker_info.ts";

type Looked = Pick<WorkerInfo, "devices">;

/** Devices assumed of a worker that has not listed them yet: those of nearly every machine. */
const BEFORE_LOOKING: readonly Device[] = ["AUTO", "CPU"];

/** Returns the devices whose runs a worker may claim. */
export function canTrain(worker: Looked): readonly Device[] {
  return worker.devices.length === 0 ? BEFORE_LOOKING : supportedDevices([worker]);
}

/** Returns the devices that some worker has; all while a worker has not listed its own. */
export function supportedDevices(workers: readonly Looked[]): readonly Device[] {
  if (workers.length === 0 || workers.some(({ devices }) => devices.length === 0)) return DEVICES;
  const there = workers.flatMap(({ devices }) => devices).filter(({ available }) => available);
  return DEVICES.filter((device) => device === "AUTO" || there.some(({ kind }) => kind === device));
}

/** Remedies if no worker has a device. */
const REMEDIES = {
  AUTO: "start one",
  CUDA: "start one on a machine with an NVIDIA GPU",
  CPU: "start one on a machine that an engine is set up on",
  WEBGPU: "start one that can train on it",
} as const satisfies Record<Device, string>;

/** States of runs that any worker ends, whatever its devices. */
const ENDING: readonly RunState[] = ["PAUSING", "CANCELLING"];

/** Returns whether a run's worker is gone without a word. */
export function isAbandoned({ id, snapshot: { state } }: Run, held: ReadonlySet<string>): boolean {
  return TRAINING_STATES.some((training) => training === state) && !held.has(id);
}

/**
 * Explains what a run that no worker trains lacks, with the remedy. Returns undefined if it only waits for its turn,
 * or does not wait.
 *
 * @param held the runs whose worker gives signs of life
 */
export function waitingFor(
  run: Run,
  workers: readonly Looked[],
  held: ReadonlySet<string>,
): string | undefined {
  if (isAbandoned(run, held)) {
    const lack = lackOf(run, workers) ?? "Another takes it over when it is free.";
    return `Its worker gave no sign of life. ${lack}`;
  }
  return isWaiting(run.snapshot.state) ? lackOf(run, workers) : undefined;
}

function lackOf(
  { spec: { device }, snapshot: { state } }: Run,
  workers: readonly Looked[],
): string | undefined {
  const remedy = REMEDIES[device];
  if (workers.length === 0) return `No worker is running: ${remedy} ('deno task worker').`;
  if (ENDING.includes(state) || supportedDevices(workers).includes(device)) return undefined;
  return `No worker has ${device}: ${remedy}, or cancel the run.`;
}

/**
 * Explains that no worker has a device, which ones they have and the remedy. Returns undefined if a worker
 * has it or has not listed its devices yet.
 */
export function missingDevice(device: Device, workers: readonly Looked[]): string | undefined {
  if (workers.length === 0 || supportedDevices(workers).includes(device)) return undefined;
  const all = workers.flatMap(({ devices }) => devices);
  const there = all.filter(({ available }) => available).map(({ kind, name }) =>
    `${kind} (${name})`
  );
  const reason = all.find(({ kind }) => kind === device)?.reason;
  return `Cannot train on ${device}: device must be one that a worker has, and they have ` +
    `${[...new Set(there)].join(", ") || "none"}. ` +
    (reason ?? `Train on another, or ${REMEDIES[device]}.`);
}
