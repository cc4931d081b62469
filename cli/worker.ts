/**
 * Worker process: trains the runs of the store one after the other until it is stopped; with WORKERS=n, n runs at a
 * time. With `--slot N` it is supervised by a server (runs/supervisor/supervise.ts) and trains one run at a time, with
 * `--threads N`.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadWorkerConfig } from "../config.ts";
import project from "../deno.json" with { type: "json" };
import { retry } from "../lib/retry.ts";
import { createGpuReader } from "../runs/trainer/gpu.ts";
import { touchLivenessFile } from "../runs/worker/liveness_file.ts";
import { threadsPerWorker } from "../runs/supervisor/supervise.ts";
import { openCheckpointStore } from "../runs/checkpoints/open.ts";
import { StoreUnavailableError } from "../runs/store/errors.ts";
import { isShared, scratchFolder } from "../runs/paths.ts";
import type { RunStore } from "../runs/store/store.ts";
import { openStore } from "../runs/store/open.ts";
import type { Trainer } from "../runs/trainer/trainer.ts";
import { createTrainerProcess } from "../runs/trainer/process.ts";
import { runWorker } from "../runs/worker/worker.ts";
import {
  boundLog,
  hasSupervisor,
  leaveSlot,
  takeSlot,
  workerLogFile,
} from "../runs/supervisor/slots.ts";
import { logOfWorker, setUpLog } from "../server/observability/log.ts";
import { onStopSignal } from "../server/http/stop_signal.ts";
import { LOG_CHECK_INTERVAL_MS, OPEN_STORE_RETRY_MS, ORPHAN_TIMEOUT_MS } from "../runs/timeouts.ts";

/** Connections to the database for each run: to append events, to renew the lease and to register the worker. */
const CONNECTIONS_PER_RUN = 3;

const { values: flags } = parseArgs({
  options: {
    slot: { type: "string" },
    threads: { type: "string" },
    help: { type: "boolean", short: "h" },
  },
});
if (flags.help) {
  console.log(
    "Usage: deno task worker\n\n" +
      "Trains queued runs until Ctrl-C, beside a server on this machine or another one. " +
      "WORKERS is the number of runs at a time.\n" +
      "README.md lists the other settings.",
  );
  Deno.exit(0);
}
/** Its number among the workers that a server supervises; 0 if no server does. */
const slot = Number(flags.slot ?? 0);
const isSupervised = slot > 0;

const config = loadWorkerConfig();
const { home } = config;
/** Number of runs to train at a time. */
const workers = isSupervised ? 1 : Math.max(1, config.workers);
const threads = Number(flags.threads ?? threadsPerWorker(workers));

// A worker needs no token of the API.
Deno.env.delete("EPOCHQL_TOKEN");
setUpLog({
  level: config.logLevel,
  format: config.logFormat,
  forPeople: isSupervised || Deno.stderr.isTerminal(),
});

const stop = new AbortController();
onStopSignal(() => Promise.resolve(stop.abort()));
try {
  await work();
} catch (error) {
  if (!(error instanceof StoreUnavailableError)) throw error;
  console.error(error.message);
  Deno.exitCode = 1;
}

async function work(): Promise<void> {
  const lock = isSupervised ? await takeSlot(home, slot, { ...config, threads }) : undefined;
  if (isSupervised && !lock) {
    return logOfWorker("warning", `There is a worker in slot ${slot} already.`, { slot });
  }
  const isNeeded = isSupervised ? supervisionCheck() : () => Promise.resolve(true);
  const host = Deno.hostname();
  const done = new AbortController();
  const touching = isSupervised ? undefined : touchLivenessFile(home, host, done.signal);
  const boundingLog = isSupervised
    ? setInterval(() => boundLog(workerLogFile(home, slot)).catch(() => {}), LOG_CHECK_INTERVAL_MS)
    : undefined;
  let isInOrder = false;
  try {
    const store = await openStoreWhenAvailable(isNeeded);
    if (!store) {
      isInOrder = true;
      return;
    }
    const checkpoints = await openCheckpointStore(config.checkpoints);
    const trainer = listDevicesOnce(
      createTrainerProcess({ dataFolder: join(home, "data"), threads }),
    );
    const works = Array.from({ length: workers }, () => {
      const id = `${host}:${Deno.pid}:${crypto.randomUUID().slice(0, 8)}`;
      return runWorker({
        store,
        trainer,
        checkpoints,
        scratch: scratchFolder(home),
        sharedDataFolder: isShared(config) ? join(home, "data") : undefined,
        id,
        host,
        version: project.version,
        readGpu: createGpuReader(config.gpu),
        signal: stop.signal,
        log: (level, message, about) => logOfWorker(level, message, { workerId: id, ...about }),
        isNeeded,
      });
    });
    await Promise.all(works);
    checkpoints.close();
    await store.close();
    isInOrder = true;
  } finally {
    clearInterval(boundingLog);
    done.abort();
    await touching;
    if (lock && isInOrder) leaveSlot(lock);
    else lock?.release();
  }
}

/** Returns the trainer with one list of devices for all workers: listing them loads an engine. */
function listDevicesOnce(trainer: Trainer): Trainer {
  let listing: ReturnType<Trainer["devices"]> | undefined;
  return {
    ...trainer,
    async devices(options) {
      const own = listing ??= trainer.devices(options);
      try {
        return await own;
      } catch (error) {
        if (listing === own) listing = undefined; // The next call tries again.
        throw error;
      }
    },
  };
}

/** Opens the store as soon as it is available. Returns undefined if the worker stops before that. */
async function openStoreWhenAvailable(
  isNeeded: () => Promise<boolean>,
): Promise<RunStore | undefined> {
  const open = async () =>
    stop.signal.aborted || !await isNeeded()
      ? undefined
      : await openStore({ ...config, connections: CONNECTIONS_PER_RUN * workers });
  try {
    return await retry(open, {
      signal: stop.signal,
      pauseMs: OPEN_STORE_RETRY_MS,
      isTransient: (error) => error instanceof StoreUnavailableError && error.mayPass,
      onProblem: (problem) => {
        if (problem !== null) logOfWorker("error", `${problem} The worker waits for it.`);
      },
    });
  } catch (error) {
    if (stop.signal.aborted) return undefined;
    throw error;
  }
}

/** Returns a function that resolves to false when no server has supervised this worker for a while. */
function supervisionCheck(): () => Promise<boolean> {
  let supervisedAt = performance.now();
  return async () => {
    if (await hasSupervisor(home)) supervisedAt = performance.now();
    return performance.now() - supervisedAt < ORPHAN_TIMEOUT_MS;
  };
}
