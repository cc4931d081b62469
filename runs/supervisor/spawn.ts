/**
 * Starts a worker of a folder as a process that outlives this one, or adopts the one that a process before
 * this one has left behind: there is one worker in each of the folder's slots.
 */
import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { absoluteLocation } from "../checkpoints/location.ts";
import { workerPermissions } from "../trainer/permissions.ts";
import { checkpointsFolder } from "../paths.ts";
import type { StoreLocation } from "../store/open.ts";
import {
  boundLog,
  fingerprint,
  lastLines,
  type SlotHolder,
  slotHolder,
  workerLogFile,
  type WorkerSettings,
} from "./slots.ts";
import { ADOPTED_POLL_MS, KILL_TIMEOUT_MS } from "../timeouts.ts";

/** A worker that runs. */
export interface WorkerProcess {
  readonly pid: number;
  /** A mark of the terms that it was started on. */
  readonly mark: string;
  /** It was there already. */
  readonly isAdopted: boolean;
  /** Resolves when it has ended, with what is known of how. */
  readonly ended: Promise<string>;
  /** Stops it: gracefully, so that its run can be taken up at once, or after a while by force. */
  stop(): Promise<void>;
}

/** Which worker to start. */
export interface SpawnOptions extends StoreLocation, WorkerSettings {
  /** Its place among the folder's workers: 1, 2, 3 … */
  readonly slot: number;
  /** What Deno is to run: cli/worker.ts, with the least that it needs, unless a test says otherwise. */
  readonly program?: readonly string[];
}

/** Lines of its log that are told of a worker that has ended. */
const TOLD_LINES = 20;

/** What a worker's environment need not hold: it serves nobody. */
const NOT_FOR_WORKERS = ["EPOCHQL_TOKEN"];

/** Starts or adopts the worker in a slot. The folder must be there. */
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
    ...workerPermissions({
      ...{ home, checkpoints },
      ...(databaseUrl === undefined ? {} : { databaseUrl }),
    }),
    fileURLToPath(new URL("../../cli/worker.ts", import.meta.url)),
    `--slot=${slot}`,
    `--threads=${threads}`,
  ];
  const env = Object.entries(Deno.env.toObject())
    .filter(([name]) => !NOT_FOR_WORKERS.includes(name));
  const child = spawn(Deno.execPath(), ["run", "--no-prompt", ...args], {
    // Its output goes into a file: a pipe to this process would break when this process dies.
    stdio: ["ignore", log, log],
    // A session of its own: Ctrl-C in a terminal is for this process, which then stops the worker.
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
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(`it could not be started: ${error.message}`));
    child.once("exit", (code, signal) => {
      const how = signal === null ? `it ended with exit code ${code}` : `it was ended by ${signal}`;
      lastLines(logFile, size, TOLD_LINES).then((lines) =>
        resolve(lines === "" ? how : `${how}. The last of its log (${logFile}):\n${lines}`)
      );
    });
  });
  const kill = (signal: "SIGTERM" | "SIGKILL") => void child.kill(signal);
  return toProcess(
    { pid: child.pid ?? 0, mark: fingerprint(options), isAdopted: false, ended },
    kill,
  );
}

/** Takes on a worker that another process has started. */
export function adoptWorker(
  home: string,
  slot: number,
  { pid, mark }: SlotHolder,
): WorkerProcess {
  const ended = (async () => {
    while ((await slotHolder(home, slot))?.pid === pid) {
      await new Promise((resolve) => setTimeout(resolve, ADOPTED_POLL_MS));
    }
    return `it has ended; its log is ${workerLogFile(home, slot)}`;
  })();
  return toProcess({ pid, mark, isAdopted: true, ended }, (signal) => {
    // To kill what is not its child, a process must be allowed to run anything; this one may run Deno.
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
