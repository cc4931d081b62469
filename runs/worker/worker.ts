/**
 * A worker: takes one run after the other from the queue and trains it, until it is told to stop. Any number of
 * workers may work on one store.
 */
import { errorMessage } from "../../lib/error_message.ts";
import { type Device, DEVICES } from "../../ml/spec/spec.ts";
import type { CheckpointStore } from "../checkpoints/store.ts";
import { delay } from "../../lib/delay.ts";
import { canTrain } from "../store/placement.ts";
import type { GpuReader } from "../trainer/gpu.ts";
import { registerWorker } from "./registration.ts";
import { type Claim, type RunStore, STATE_CHANGES, StoreUnavailableError } from "../store/store.ts";
import { runAttempt, type WorkerLog } from "./attempt.ts";
import type { Trainer, TrainOptions } from "../trainer/trainer.ts";
import { countingStore } from "./worker_stats.ts";
import type { DeviceInfo } from "../../ml/device.ts";

/** What a worker works with. */
export interface WorkerOptions {
  readonly store: RunStore;
  readonly trainer: Trainer;
  /** Where checkpoints are kept. */
  readonly checkpoints: CheckpointStore;
  /** A folder on this machine, for what is only needed while a run is trained. */
  readonly scratch: string;
  /** Its name, which no other worker has or had. */
  readonly id: string;
  /** The machine's name. */
  readonly host: string;
  readonly version: string;
  /** Stops the worker: what it trains is saved and interrupted, and another worker may take it up at once. */
  readonly signal: AbortSignal;
  readonly log: WorkerLog;
  /** Asked while there is no run to train: a worker that is not needed any more stops. */
  readonly isNeeded?: () => Promise<boolean>;
  /** How long after its last sign of life its run is given to another worker. */
  readonly leaseMs?: number;
  /** How long after it could not look for devices to look again. */
  readonly lookAgainMs?: number;
  /** Asks the GPU what it is at, for measurements of trainings on it. */
  readonly readGpu?: GpuReader;
  /** How often to save within an epoch. */
  readonly saveEvery?: NonNullable<TrainOptions["saveEvery"]>;
}

const LEASE_MS = 3_000;

/** How often to look for runs whose worker died: nothing is written when that happens. */
const LOOK_MS = 500;

/** How long to leave a store alone that cannot be used. */
const TROUBLE_MS = 1_000;

/** What to look for. */
const KINDS = DEVICES.filter((device) => device !== "AUTO");

/** How long to leave a trainer alone that could not look for devices: each look loads an engine. */
const LOOK_AGAIN_MS = 30_000;

/** Works until the signal aborts. */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const { trainer, checkpoints, scratch, id, host, version, signal, log } = options;
  const { leaseMs = LEASE_MS, lookAgainMs = LOOK_AGAIN_MS, saveEvery, readGpu } = options;
  const figures = countingStore(options.store);
  const { store } = figures;
  const isNeeded = options.isNeeded ?? (() => Promise.resolve(true));
  const presence = registerWorker(store, {
    id,
    host,
    pid: Deno.pid,
    version,
    devices: [],
    runId: null,
    startedAt: new Date().toISOString(),
  }, figures.read);
  // Looking loads an engine, which takes seconds: runs that any worker can train do not wait for it.
  let devices = canTrain({ devices: [] });
  const stopped = new AbortController();
  const looking = lookForDevices(trainer, {
    ...{ signal: AbortSignal.any([signal, stopped.signal]), log, lookAgainMs },
    onFound(found) {
      devices = canTrain({ devices: found });
      presence.update({ devices: found });
    },
  });
  log("info", `Worker ${id} is ready.`);
  try {
    for (;;) {
      const claim = await nextClaim(store, {
        ...{ worker: id, leaseMs, signal, log, isNeeded },
        devices: () => devices,
      });
      if (!claim) break;
      const { id: runId, name, snapshot } = claim.run;
      const attempt = snapshot.attempts > 1 ? `, attempt ${snapshot.attempts}` : "";
      log("info", `Training '${name}'${attempt}.`, { runId });
      presence.update({ runId });
      const run = await runAttempt({
        ...{ store, trainer, checkpoints, scratch, claim, leaseMs, signal, log },
        ...(saveEvery === undefined ? {} : { saveEvery }),
        ...(readGpu === undefined ? {} : { readGpu }),
        onTrouble: (trouble) => presence.update({ trouble }),
      });
      figures.rest();
      presence.update({ runId: null });
      if (run) log("info", `'${name}' is ${run.snapshot.state}.`, { runId });
    }
  } finally {
    stopped.abort();
    await looking;
    await presence.leave();
    log("info", `Worker ${id} has stopped.`);
  }
}

/** Waits for a run to claim; undefined when the worker is to stop. */
async function nextClaim(
  store: RunStore,
  { worker, devices, leaseMs, signal, log, isNeeded }: {
    readonly worker: string;
    readonly devices: () => readonly Device[];
    readonly leaseMs: number;
    readonly signal: AbortSignal;
    readonly log: WorkerLog;
    readonly isNeeded: () => Promise<boolean>;
  },
): Promise<Claim | undefined> {
  let trouble: string | undefined;
  while (!signal.aborted) {
    const mark = store.mark();
    try {
      if (trouble !== undefined) {
        await store.lastChange();
        log("info", "The store can be used again.");
        trouble = undefined;
        // Every worker's lease may have run out meanwhile: those that are still there renew them first.
        await delay(leaseMs, signal);
      }
      const claim = await store.claim({ worker, leaseMs, devices: devices() });
      if (claim) return claim;
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      if (trouble !== error.message) log("error", error.message);
      trouble = error.message;
      await delay(TROUBLE_MS, signal);
      continue;
    }
    if (!await isNeeded()) break;
    const look = AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS)]);
    await store.wait(mark, look, STATE_CHANGES);
  }
  return undefined;
}

/** Tells which devices there are. Where that cannot be found out, it says why, and looks again and again. */
async function lookForDevices(
  trainer: Trainer,
  { signal, log, lookAgainMs, onFound }: {
    readonly signal: AbortSignal;
    readonly log: WorkerLog;
    readonly lookAgainMs: number;
    readonly onFound: (devices: readonly DeviceInfo[]) => void;
  },
): Promise<void> {
  for (let told: string | undefined; !signal.aborted;) {
    try {
      const devices = await trainer.devices({ signal });
      if (signal.aborted) return;
      onFound(devices);
      for (const device of devices) log("info", describe(device));
      return;
    } catch (error) {
      const reason = errorMessage(error);
      onFound(KINDS.map((kind) => ({ kind, name: kind, available: false, reason })));
      if (reason !== told) log("error", reason);
      told = reason;
    }
    await delay(lookAgainMs, signal);
  }
}

function describe({ kind, name, available, reason }: DeviceInfo): string {
  return available ? `${kind}: ${name}` : `${kind}: not available. ${reason ?? ""}`;
}
