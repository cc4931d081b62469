/**
 * A worker process: trains the runs of the store one after the other until it is stopped; with WORKERS=n as many
 * at a time. `--slot N`: it is one of the workers of its folder that a server keeps running (runs/supervisor/supervise.ts)
 * and trains one run at a time, with `--threads N`.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadWorkerConfig } from "../config.ts";
import project from "../deno.json" with { type: "json" };
import { delay } from "../lib/delay.ts";
import { createGpuReader } from "../runs/trainer/gpu.ts";
import { touchLivenessFile } from "../runs/worker/liveness_file.ts";
import { threadsPerWorker } from "../runs/supervisor/supervise.ts";
import { openCheckpointStore } from "../runs/checkpoints/open.ts";
import { StoreUnavailableError } from "../runs/store/errors.ts";
import { scratchFolder } from "../runs/paths.ts";
import type { RunStore } from "../runs/store/store.ts";
import { openStore } from "../runs/store/open.ts";
import type { Trainer } from "../runs/trainer/trainer.ts";
import { createTrainerProcess } from "../runs/trainer/process.ts";
import { runWorker } from "../runs/worker/worker.ts";
import { boundLog, hasSupervisor, takeSlot, workerLogFile } from "../runs/supervisor/slots.ts";
import { logOfWorker, setUpLog } from "../server/observability/log.ts";
import { onStopSignal } from "../server/http/stop_signal.ts";
import { LOG_CHECK_INTERVAL_MS, OPEN_STORE_RETRY_MS, ORPHAN_TIMEOUT_MS } from "../runs/timeouts.ts";

/** A worker writes one run, keeps its lease and says that it is there. */
const CONNECTIONS = 3;

const { values: flags } = parseArgs({
  options: { slot: { type: "string" }, threads: { type: "string" } },
});
/** Its place among the workers that a server keeps; 0: no server keeps it. */
const slot = Number(flags.slot ?? 0);
const isKept = slot > 0;

const config = loadWorkerConfig();
const { home } = config;
/** Number of runs to train at a time. */
const workers = isKept ? 1 : Math.max(1, config.workers);
const threads = Number(flags.threads ?? threadsPerWorker(workers));

// What trains has no use for it.
Deno.env.delete("EPOCHQL_TOKEN");
setUpLog({
  level: config.logLevel,
  format: config.logFormat,
  forPeople: isKept || Deno.stderr.isTerminal(),
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
  const lock = isKept ? await takeSlot(home, slot, { ...config, threads }) : undefined;
  if (isKept && !lock) {
    return logOfWorker("warning", `There is a worker in slot ${slot} already.`, { slot });
  }
  const isNeeded = isKept ? untilForsaken() : () => Promise.resolve(true);
  const host = Deno.hostname();
  const done = new AbortController();
  const beating = isKept ? undefined : touchLivenessFile(home, host, done.signal);
  const boundingLog = isKept
    ? setInterval(() => boundLog(workerLogFile(home, slot)).catch(() => {}), LOG_CHECK_INTERVAL_MS)
    : undefined;
  try {
    const store = await openStoreWhenThere(isNeeded);
    if (!store) return;
    const checkpoints = await openCheckpointStore(config.checkpoints);
    const trainer = lookOnce(createTrainerProcess({ dataFolder: join(home, "data"), threads }));
    const works = Array.from({ length: workers }, () => {
      const id = `${host}:${Deno.pid}:${crypto.randomUUID().slice(0, 8)}`;
      return runWorker({
        store,
        trainer,
        checkpoints,
        scratch: scratchFolder(home),
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
  } finally {
    clearInterval(boundingLog);
    done.abort();
    await beating;
    lock?.release();
  }
}

/** A trainer that finds its devices once, however many workers ask: each look loads an engine. */
function lookOnce(trainer: Trainer): Trainer {
  let looking: ReturnType<Trainer["devices"]> | undefined;
  return {
    ...trainer,
    async devices(options) {
      const mine = looking ??= trainer.devices(options);
      try {
        return await mine;
      } catch (error) {
        if (looking === mine) looking = undefined; // The next to ask looks again.
        throw error;
      }
    },
  };
}

/** Opens the store, as soon as its database is there; undefined if the worker is to stop before. */
async function openStoreWhenThere(
  isNeeded: () => Promise<boolean>,
): Promise<RunStore | undefined> {
  for (let told = ""; !stop.signal.aborted && await isNeeded();) {
    try {
      return await openStore({ ...config, connections: CONNECTIONS * workers });
    } catch (error) {
      if (!(error instanceof StoreUnavailableError && error.mayPass)) throw error;
      if (told !== error.message) logOfWorker("error", `${error.message} The worker waits for it.`);
      told = error.message;
    }
    await delay(OPEN_STORE_RETRY_MS, stop.signal);
  }
  return undefined;
}

/** Says no when no server has kept this worker for a while. */
function untilForsaken(): () => Promise<boolean> {
  let keptAt = performance.now();
  return async () => {
    if (await hasSupervisor(home)) keptAt = performance.now();
    return performance.now() - keptAt < ORPHAN_TIMEOUT_MS;
  };
}
