/**
 * A worker process: trains the runs of the store one after the other until it is stopped. `--kept`: it is the one
 * worker of its folder, which a server keeps running (runs/keep_worker.ts).
 */
import { getLogger } from "@logtape/logtape";
import { join } from "node:path";
import { loadConfig } from "../config.ts";
import project from "../deno.json" with { type: "json" };
import { delay } from "../runs/delay.ts";
import { type RunStore, StoreUnavailableError } from "../runs/store.ts";
import { openStore } from "../runs/stores/open.ts";
import { createTrainerProcess } from "../runs/trainer_process.ts";
import { runWorker } from "../runs/worker.ts";
import { boundLog, hasKeeper, takeWorkerLock, workerLogFile } from "../runs/worker_files.ts";
import { LOG_CATEGORY, setUpLog } from "../server/log.ts";

/** How long a kept worker that has nothing to do waits for a server, when the one that kept it is gone. */
const PATIENCE_MS = 60_000;

/** How often a kept worker's log is looked at. */
const BOUND_LOG_MS = 60_000;

/** How often to look whether a database that is away is back. */
const LOOK_FOR_STORE_MS = 2_000;

/** A worker writes one run, keeps its lease and says that it is there. */
const CONNECTIONS = 3;

const config = loadConfig();
const { home, logLevel } = config;
const isKept = Deno.args.includes("--kept");
setUpLog({ level: logLevel, pretty: isKept || Deno.stderr.isTerminal() });
const log = getLogger([LOG_CATEGORY, "worker"]);

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, () => {
    // Whoever asks twice does not want to wait.
    if (stop.signal.aborted) Deno.exit(130);
    stop.abort();
  });
}
try {
  await work();
} catch (error) {
  if (!(error instanceof StoreUnavailableError)) throw error;
  console.error(error.message);
  Deno.exitCode = 1;
}

async function work(): Promise<void> {
  const lock = isKept ? await takeWorkerLock(home) : undefined;
  if (isKept && !lock) return log.warn("There is a worker for this folder already.");
  const isNeeded = isKept ? untilForsaken() : () => Promise.resolve(true);
  const store = await openStoreWhenThere(isNeeded);
  if (!store) return;
  const boundingLog = isKept
    ? setInterval(() => boundLog(workerLogFile(home)).catch(() => {}), BOUND_LOG_MS)
    : undefined;
  const host = Deno.hostname();
  await runWorker({
    store,
    trainer: createTrainerProcess({ dataFolder: join(home, "data") }),
    id: `${host}:${Deno.pid}:${crypto.randomUUID().slice(0, 8)}`,
    host,
    version: project.version,
    signal: stop.signal,
    log: say,
    isNeeded,
  });
  clearInterval(boundingLog);
  lock?.release();
  await store.close();
}

/** Opens the store, as soon as its database is there; undefined if the worker is to stop before. */
async function openStoreWhenThere(
  isNeeded: () => Promise<boolean>,
): Promise<RunStore | undefined> {
  for (let told = ""; !stop.signal.aborted && await isNeeded();) {
    try {
      return await openStore({ ...config, connections: CONNECTIONS });
    } catch (error) {
      if (!(error instanceof StoreUnavailableError && error.mayPass)) throw error;
      if (told !== error.message) say("error", `${error.message} The worker waits for it.`);
      told = error.message;
    }
    await delay(LOOK_FOR_STORE_MS, stop.signal);
  }
  return undefined;
}

/** Messages are no templates. */
function say(level: "info" | "warning" | "error", message: string): void {
  log[level](message.replaceAll("{", "{{").replaceAll("}", "}}"));
}

/** Says no when no server has kept this worker for a while. */
function untilForsaken(): () => Promise<boolean> {
  let keptAt = performance.now();
  return async () => {
    if (await hasKeeper(home)) keptAt = performance.now();
    return performance.now() - keptAt < PATIENCE_MS;
  };
}
