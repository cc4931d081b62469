/**
 * The project's own processes on one store: servers, supervised or separate workers, and their trainers. They can
 * be killed and are restarted, as an orchestrator would.
 */
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readConfig } from "../../config.ts";
import { openCheckpointStore } from "../../runs/checkpoints/open.ts";
import type { CheckpointStore } from "../../runs/checkpoints/store.ts";
import type { Run } from "../../runs/log/run.ts";
import { checkpointsFolder } from "../../runs/paths.ts";
import type { RunStore } from "../../runs/store/store.ts";
import { openStore } from "../../runs/store/open.ts";
import { lastLines, slotHolder } from "../../runs/supervisor/slots.ts";
import { serverPermissions } from "../../server/permissions.ts";
import { childrenOf, freePort, isAlive, send, untilGone } from "../processes.ts";
import { type Program, startProgram } from "./program.ts";

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));
const WORKER = fileURLToPath(new URL("../../cli/worker.ts", import.meta.url));

/** Processes of a cluster. */
export interface ClusterOptions {
  /** Folder of the runs, with the datasets in it. */
  readonly home: string;
  /** The PostgreSQL database of the runs. Default: a file in the folder. */
  readonly databaseUrl?: string | undefined;
  readonly servers: number;
  /** Number of workers that the first server supervises. */
  readonly kept: number;
  /** Number of separate workers. */
  readonly apart: number;
  /** Home folders of separate workers, as if on other machines. Default: that of the servers. */
  readonly hosts?: readonly string[];
  /** Location of checkpoints. Default: in the home folder. */
  readonly checkpoints?: string;
  /** Deno's arguments for a separate worker. Default: cli/worker.ts. */
  readonly worker?: (index: number) => readonly string[];
  /** Additional environment variables. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Processes on one store. */
export interface Cluster {
  /** This process's own connection to the store. */
  readonly store: RunStore;
  readonly checkpoints: CheckpointStore;
  readonly home: string;
  /** Returns a server's origin, which is the same after each start. */
  origin(server?: number): string;
  /** Starts missing processes. Resolves when the servers respond. */
  mend(): Promise<void>;
  /** Kills a server. */
  endServer(signal: "SIGTERM" | "SIGKILL", server?: number): Promise<void>;
  /** The workers' processes. */
  workers(): Promise<readonly number[]>;
  /** Finds the process of the worker that claimed a run last, if it runs. */
  workerOf(run: Run): Promise<number | undefined>;
  /** Lists the children of a worker: they train or list devices. */
  trainersOf(worker: number): readonly number[];
  /** Returns the log file of a separate worker. */
  workerLog(index: number): string;
  /** Returns the last lines of the logs. */
  said(): Promise<string>;
  /** Shuts everything down. Processes that remain are errors. */
  close(): Promise<void>;
}

/** Interval of polls, in milliseconds. */
const POLL_MS = 25;

/** Timeout of a process's start, in milliseconds. */
const START_MS = 60_000;

/** Number of lines of each log to show. */
const SHOWN_LINES = 15;

/** Opens the store. Starts no process yet. */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const { home, databaseUrl } = options;
  const location = options.checkpoints ?? checkpointsFolder(home);
  const checkpoints = await openCheckpointStore(location);
  const ports = Array.from({ length: options.servers }, freePort);
  const servers: (Program | undefined)[] = ports.map(() => undefined);
  const apart: (Program | undefined)[] = Array.from({ length: options.apart }, () => undefined);
  const store = await openStore({ home, databaseUrl });

  const origin = (server = 0) => `http://127.0.0.1:${ports[server]}`;

  const environment = (server: number) => environmentOf(options, location, server, ports[server]);

  async function startServer(server: number): Promise<void> {
    const env = environment(server);
    const log = join(home, `server-${server}.log`);
    const program = servers[server] = startProgram({
      args: ["run", ...serverPermissions(readConfig(new Map(Object.entries(env)))), MAIN],
      env,
      log,
    });
    await untilUp(origin(server), program, log);
  }

  const workerLog = (index: number) => join(home, `apart-${index}.log`);
  const hostOf = (index: number) => options.hosts?.[index] ?? home;

  function startWorker(index: number): void {
    apart[index] = startProgram({
      args: options.worker?.(index) ?? ["run", "-A", WORKER],
      env: { ...environment(0), EPOCHQL_HOME: hostOf(index), WORKERS: "1" },
      log: workerLog(index),
    });
  }

  async function keptWorkers(): Promise<readonly number[]> {
    const slots = Array.from({ length: options.kept }, (_, index) => index + 1);
    const holders = await Promise.all(slots.map((slot) => slotHolder(home, slot)));
    return holders.flatMap((holder) => holder && isAlive(holder.pid) ? [holder.pid] : []);
  }

  async function workers(): Promise<readonly number[]> {
    const running = apart.filter((program) => program && !program.hasEnded());
    return [...await keptWorkers(), ...running.flatMap((program) => program?.pid ?? [])];
  }

  return {
    store,
    checkpoints,
    home,
    origin,
    async mend() {
      for (const [index, program] of apart.entries()) {
        if (!program || program.hasEnded()) startWorker(index);
      }
      await Promise.all(servers.map(async (program, server) => {
        if (!program || program.hasEnded()) await startServer(server);
      }));
    },
    async endServer(signal, server = 0) {
      await servers[server]?.end(signal);
    },
    workers,
    workerOf: (run) => findWorker(store, run),
    trainersOf: childrenOf,
    workerLog,
    said: () => readLogEnds(home),
    async close() {
      const left = await workers();
      const trainers = left.flatMap(childrenOf);
      const programs = [...servers, ...apart].flatMap((program) => program ?? []);
      for (const program of programs) program.thaw();
      await Promise.all(programs.map((program) => program.end("SIGTERM")));
      await endLeftBehind(left, trainers);
      checkpoints.close();
      await store.close();
    },
  };
}

/** Builds the environment of a server and its workers. */
function environmentOf(
  { home, databaseUrl, kept, env }: ClusterOptions,
  checkpoints: string,
  server: number,
  port = 0,
): Record<string, string> {
  return {
    EPOCHQL_HOME: home,
    DATABASE_URL: databaseUrl ?? "",
    EPOCHQL_CHECKPOINTS: checkpoints,
    EPOCHQL_TOKEN: "",
    EPOCHQL_DEVICE: "CPU",
    HOST: "127.0.0.1",
    PORT: String(port),
    WORKERS: String(server === 0 ? kept : 0),
    LOG_LEVEL: "info",
    ...env,
  };
}

/** Waits until a server responds. */
async function untilUp(origin: string, program: Program, log: string): Promise<void> {
  const giveUpAt = performance.now() + START_MS;
  while (!await isUp(origin)) {
    if (program.hasEnded() || performance.now() > giveUpAt) {
      throw new Error(`The server does not start:\n${await lastLines(log, 0, SHOWN_LINES)}`);
    }
    await look();
  }
}

/** Ends the workers that a killed server leaves behind, and waits for their trainers. */
async function endLeftBehind(
  workers: readonly number[],
  trainers: readonly number[],
): Promise<void> {
  for (const pid of workers) send(pid, "SIGTERM");
  for (const pid of [...workers, ...trainers]) await untilGone(pid);
}

/** Finds the process of the worker that claimed a run last. */
async function findWorker(store: RunStore, run: Run): Promise<number | undefined> {
  const claims = await store.read(run.id, { afterSeq: 0, limit: 1_000, types: ["claimed"] });
  const last = claims.findLast((event) => event.type === "claimed");
  const info = (await store.workers()).find(({ id }) => id === last?.worker);
  return info && isAlive(info.pid) ? info.pid : undefined;
}

/** Reads the last lines of every log in a folder. */
async function readLogEnds(folder: string): Promise<string> {
  const logs = [];
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (isFile && name.endsWith(".log")) logs.push(join(folder, name));
  }
  const ends = await Promise.all(
    logs.sort().map(async (log) => `--- ${basename(log)}\n${await lastLines(log, 0, SHOWN_LINES)}`),
  );
  return ends.join("\n");
}

async function isUp(origin: string): Promise<boolean> {
  try {
    const response = await fetch(`${origin}/healthz`);
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

function look(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, POLL_MS));
}
