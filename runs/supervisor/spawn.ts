/**
 * Starts a worker as a process that outlives this one, or adopts one that an earlier process has left running. Each
 * slot has one worker.
 */
import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { delay } from "../../lib/delay.ts";
import { absoluteLocation } from "../checkpoints/location.ts";
import { workerPermissions } from "../trainer/permissions.ts";
import { checkpointsFolder } from "../paths.ts";
import type { StoreLocation } from "../store/open.ts";
import {
  boundLog,
  fingerprint,
  hasLeft,
  lastLines,
  type SlotHolder,
  slotHolder,
  workerLogFile,
  type WorkerSettings,
} from "./slots.ts";
import { ADOPTED_POLL_MS, KILL_TIMEOUT_MS } from "../timeouts.ts";

/** A running worker. */
export interface WorkerProcess {
  readonly pid: number;
  /** Fingerprint of the settings that it was started with. */
  readonly mark: string;
  /** True if it was running before. */
  readonly isAdopted: boolean;
  /** Resolves when it has ended, with the reason. */
  readonly ended: Promise<string>;
  /** Resolves when it has ended, to true if it was stopped and has not died. */
  readonly wasStopped: Promise<boolean>;
  /** Stops it with SIGTERM, so that its run can be resumed at once, and after KILL_TIMEOUT_MS with SIGKILL. */
  stop(): Promise<void>;
}

/** The worker to start. */
export interface SpawnOptions extends StoreLocation, WorkerSettings {
  /** Its number among the folder's workers: 1, 2, 3 … */
  readonly slot: number;
  /** Arguments of `deno run`. Default: cli/worker.ts with its permissions. */
  readonly program?: readonly string[];
}

/** Maximum number of log lines in the description of a worker's end. */
const MAX_LINES = 20;

/** Variables of the server that are not passed to its workers. */
const NOT_FOR_WORKERS = ["EPOCHQL_TOKEN"];

/** Starts or adopts the worker in a slot. The folder must exist. */
export async function spawnWorker(options: SpawnOptions): Promise<WorkerProcess> {
  const { databaseUrl, slot, threads, program } = options;
  const home = resolve(options.home);
  const checkpoints = absoluteLocation(options.checkpoints ?? checkpointsFolder(home));
  const holder = await slotHolder(home, slot);
  if (holder) return adoptWorker(home, slot, holder);

  const logFile = workerLogFile(home, slot);
  await boundLog(logFile);
  const log = openSync(logFile, "a");
  const { size } = await Deno.stat(logFile);
  const args = program ?? [
    ...workerPermissions({ home, checkpoints, databaseUrl }),
    fileURLToPath(new URL("../../cli/worker.ts", import.meta.url)),
    `--slot=${slot}`,
    `--threads=${threads}`,
  ];
  const env = Object.entries(Deno.env.toObject())
    .filter(([name]) => !NOT_FOR_WORKERS.includes(name));
  const child = spawn(Deno.execPath(), ["run", "--no-prompt", ...args], {
    // Output goes to a file: a pipe would break when this process ends.
    stdio: ["ignore", log, log],
    // A session of its own: Ctrl-C in a terminal reaches this process only, which then stops the worker.
    detached: true,
    env: {
      ...Object.fromEntries(env),
      EPOCHQL_HOME: home,
      EPOCHQL_CHECKPOINTS: checkpoints,
      DATABASE_URL: databaseUrl ?? "",
      NO_COLOR: "1",
    },
  });
  closeSync(log);
  child.unref();
  const stopped = Promise.withResolvers<boolean>();
  const ended = new Promise<string>((resolve) => {
    child.once("error", () => stopped.resolve(false));
    child.once("exit", (code) => stopped.resolve(code === 0));
    child.once("error", (error) => resolve(`it could not be started: ${error.message}`));
    child.once("exit", (code, signal) => {
      const how = signal === null ? `it ended with exit code ${code}` : `it was ended by ${signal}`;
      lastLines(logFile, size, MAX_LINES).then((lines) =>
        resolve(lines === "" ? how : `${how}. The last of its log (${logFile}):\n${lines}`)
      );
    });
  });
  const kill = (signal: "SIGTERM" | "SIGKILL") => void child.kill(signal);
  return toProcess(
    {
      pid: child.pid ?? 0,
      mark: fingerprint(options),
      isAdopted: false,
      ended,
      wasStopped: stopped.promise,
    },
    kill,
  );
}

/** Adopts a worker that another process has started. */
export function adoptWorker(
  home: string,
  slot: number,
  { pid, mark }: SlotHolder,
): WorkerProcess {
  const ended = (async () => {
    while ((await slotHolder(home, slot))?.pid === pid) {
      await delay(ADOPTED_POLL_MS);
    }
    return `it has ended; its log is ${workerLogFile(home, slot)}`;
  })();
  const wasStopped = ended.then(() => hasLeft(home, slot));
  return toProcess({ pid, mark, isAdopted: true, ended, wasStopped }, (signal) => {
    // Deno.kill() needs permission to run any program; this process may only run Deno.
    spawn(
      Deno.execPath(),
      ["eval", "Deno.kill(Number(Deno.args[0]), Deno.args[1])", String(pid), signal],
      { stdio: "ignore" },
    );
  });
}

function toProcess(
  worker: Omit<WorkerProcess, "stop">,
  kill: (signal: "SIGTERM" | "SIGKILL") => void,
): WorkerProcess {
  let hasEnded = false;
  worker.ended.then(() => hasEnded = true);
  const send = (signal: "SIGTERM" | "SIGKILL") => {
    if (!hasEnded && worker.pid > 0) kill(signal);
  };
  return {
    ...worker,
    async stop() {
      send("SIGTERM");
      const force = setTimeout(() => send("SIGKILL"), KILL_TIMEOUT_MS);
      await worker.ended;
      clearTimeout(force);
    },
  };
}
