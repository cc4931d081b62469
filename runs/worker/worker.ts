/**
 * A worker: claims queued runs and trains them one after the other until it is stopped. Any number of workers may
 * share a store.
 */
import { errorMessage } from "../../lib/error_message.ts";
import { type Device, DEVICES } from "../../ml/spec/spec.ts";
import type { CheckpointStore } from "../checkpoints/store.ts";
import { delay } from "../../lib/delay.ts";
import { retry } from "../../lib/retry.ts";
import { canTrain } from "../store/placement.ts";
import type { GpuReader } from "../trainer/gpu.ts";
import { registerWorker } from "./registration.ts";
import { StoreUnavailableError } from "../store/errors.ts";
import { type Claim, type RunStore, STATE_CHANGES } from "../store/store.ts";
import { runAttempt } from "./attempt.ts";
import type { WorkerLog } from "./worker_log.ts";
import type { Trainer, TrainOptions } from "../trainer/trainer.ts";
import { CLAIM_POLL_MS, DEVICE_RETRY_MS, LEASE_MS, STORE_RETRY_MS } from "../timeouts.ts";
import { countingStore } from "./worker_stats.ts";
import type { DeviceInfo } from "../../ml/device.ts";

/** Options of runWorker(). */
export interface WorkerOptions {
  readonly store: RunStore;
  readonly trainer: Trainer;
  readonly checkpoints: CheckpointStore;
  /** A folder on this machine for files of running attempts. */
  readonly scratch: string;
  /** The folder of datasets into which those of other machines are fetched; without it, none is. */
  readonly sharedDataFolder?: string | undefined;
  /** The worker's globally unique name. */
  readonly id: string;
  /** The machine's name. */
  readonly host: string;
  readonly version: string;
  /** Stops the worker. Its run is saved and interrupted, and another worker may resume it at once. */
  readonly signal: AbortSignal;
  readonly log: WorkerLog;
  /** Called while no run is queued, or the store is unavailable: an idle worker stops when it returns false. */
  readonly isNeeded?: () => Promise<boolean>;
  /** Lifetime of a claim without a renewal. */
  readonly leaseMs?: number;
  /** Pause between two attempts to list the devices. */
  readonly lookAgainMs?: number;
  /** Reads the GPU's load, for measurements of a training on it. */
  readonly readGpu?: GpuReader | undefined;
  /** Interval of checkpoints within an epoch. */
  readonly saveEvery?: TrainOptions["saveEvery"];
}

/** Kinds of devices to list. */
const KINDS = DEVICES.filter((device) => device !== "AUTO");

/** Trains runs until the signal aborts. */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const { trainer, checkpoints, scratch, id, host, version, signal, log } = options;
  const { leaseMs = LEASE_MS, lookAgainMs = DEVICE_RETRY_MS, saveEvery, readGpu } = options;
  const figures = countingStore(options.store);
  const { store } = figures;
  const isNeeded = options.isNeeded ?? (() => Promise.resolve(true));
  const registration = registerWorker(store, {
    id,
    host,
    pid: Deno.pid,
    version,
    devices: [],
    runId: null,
    startedAt: new Date().toISOString(),
  }, figures.read);
  // Listing the devices loads an engine, which takes seconds. Runs that any worker can train do not wait for it.
  let devices = canTrain({ devices: [] });
  const stopped = new AbortController();
  const looking = lookForDevices(trainer, {
    signal: AbortSignal.any([signal, stopped.signal]),
    log,
    lookAgainMs,
    onFound(found) {
      devices = canTrain({ devices: found });
      registration.update({ devices: found });
    },
  });
  log("info", `Worker ${id} is ready.`);
  try {
    for (;;) {
      const claim = await claimNext(store, {
        worker: id,
        devices: () => devices,
        leaseMs,
        signal,
        log,
        isNeeded,
      });
      if (!claim) break;
      const { id: runId, name, snapshot } = claim.run;
      const attempt = snapshot.attempts > 1 ? `, attempt ${snapshot.attempts}` : "";
      log("info", `Training '${name}'${attempt}.`, { runId });
      registration.update({ runId });
      const run = await runAttempt({
        store,
        trainer,
        checkpoints,
        scratch,
        sharedDataFolder: options.sharedDataFolder,
        claim,
        leaseMs,
        saveEvery,
        readGpu,
        signal,
        log,
        onProblem: (trouble) => registration.update({ trouble }),
      });
      figures.rest();
      registration.update({ runId: null });
      if (run) log("info", `'${name}' is ${run.snapshot.state}.`, { runId });
    }
  } finally {
    stopped.abort();
    await looking;
    await registration.leave();
    log("info", `Worker ${id} has stopped.`);
  }
}

/** Options of claimNext(). */
interface ClaimOptions {
  readonly worker: string;
  readonly devices: () => readonly Device[];
  readonly leaseMs: number;
  readonly signal: AbortSignal;
  readonly log: WorkerLog;
  readonly isNeeded: () => Promise<boolean>;
}

/** Waits until it can claim a run. Returns undefined when the worker is to stop. */
async function claimNext(store: RunStore, options: ClaimOptions): Promise<Claim | undefined> {
  const { worker, devices, leaseMs, signal, isNeeded } = options;
  while (!signal.aborted) {
    const mark = store.mark();
    try {
      const claim = await store.claim({ worker, leaseMs, devices: devices() });
      if (claim) return claim;
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      if (await waitForStore(store, error, options)) continue;
      break;
    }
    if (!await isNeeded()) break;
    const poll = AbortSignal.any([signal, AbortSignal.timeout(CLAIM_POLL_MS)]);
    await store.wait(mark, poll, STATE_CHANGES);
  }
  return undefined;
}

/**
 * Waits until the store is available again, then for one lease, in which live workers renew theirs.
 *
 * @returns false if the worker is not needed any more: its store may have been removed for good
 */
async function waitForStore(
  store: RunStore,
  cause: StoreUnavailableError,
  { leaseMs, signal, log, isNeeded }: ClaimOptions,
): Promise<boolean> {
  let first: StoreUnavailableError | undefined = cause;
  let needed = true;
  const useStore = async () => {
    const error = first;
    first = undefined;
    if (error) throw error;
    needed = await isNeeded();
    if (needed && !signal.aborted) await store.lastChange();
  };
  await retry(useStore, {
    signal,
    pauseMs: STORE_RETRY_MS,
    isTransient: isUnavailable,
    onProblem(problem) {
      if (problem !== null) log("error", problem);
      else if (needed && !signal.aborted) log("info", "The store can be used again.");
    },
  }).catch((error) => {
    if (!isUnavailable(error)) throw error; // Otherwise the worker is stopping.
  });
  if (needed) await delay(leaseMs, signal);
  return needed;
}

function isUnavailable(error: unknown): error is StoreUnavailableError {
  return error instanceof StoreUnavailableError;
}

/** Lists the devices. Reports failures and retries. */
async function lookForDevices(
  trainer: Trainer,
  { signal, log, lookAgainMs, onFound }: {
    readonly signal: AbortSignal;
    readonly log: WorkerLog;
    readonly lookAgainMs: number;
    readonly onFound: (devices: readonly DeviceInfo[]) => void;
  },
): Promise<void> {
  const list = async () => signal.aborted ? [] : await trainer.devices({ signal });
  const onProblem = (reason: string | null) => {
    if (reason === null) return;
    onFound(KINDS.map((kind) => ({ kind, name: kind, available: false, reason })));
    log("error", reason);
  };
  const devices = await retry(list, { signal, pauseMs: lookAgainMs, onProblem }).catch((error) => {
    if (!signal.aborted) throw error;
    onProblem(errorMessage(error));
    return [];
  });
  if (signal.aborted) return;
  onFound(devices);
  for (const device of devices) log("info", describe(device));
}

function describe({ kind, name, available, reason }: DeviceInfo): string {
  return available ? `${kind}: ${name}` : `${kind}: not available. ${reason ?? ""}`;
}
