/**
 * Starts the worker of a folder as a process that outlives this one, or adopts the one that a process before
 * this one has left behind: there is one worker a folder.
 */
import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { workerPermissions } from "./permissions.ts";
import type { StorePlace } from "./stores/open.ts";
import { boundLog, lastLines, workerLogFile, workerPid } from "./worker_files.ts";

/** A worker that runs. */
export interface WorkerProcess {
  readonly pid: number;
  /** It was there already. */
  readonly isAdopted: boolean;
  /** Resolves when it has ended, with what is known of how. */
  readonly ended: Promise<string>;
  /** Stops it: gracefully, so that its run can be taken up at once, or after a while by force. */
  stop(): Promise<void>;
}

/** Which worker to start. */
export interface SpawnOptions extends StorePlace {
  /** What Deno is to run: cli/worker.ts, with the least that it needs, unless a test says otherwise. */
  readonly program?: readonly string[];
}

/** How long a worker may take to stop: as long as it tries to write down that it was stopped, and some. */
const STOP_MS = 10_000;

/** How often to look whether a worker that is not this process's child is still there. */
const LOOK_MS = 250;

/** Lines of its log that are told of a worker that has ended. */
const TOLD_LINES = 20;

/** Starts or adopts the folder's worker. The folder must be there. */
export async function spawnWorker(
  { home, databaseUrl, program }: SpawnOptions,
): Promise<WorkerProcess> {
  const pid = await workerPid(home);
  if (pid !== undefined) return adopt(home, pid);

  const logFile = workerLogFile(home);
  await boundLog(logFile);
  const log = openSync(logFile, "a");
  const { size } = await Deno.stat(logFile);
  const args = program ?? [
    ...workerPermissions({
      home: resolve(home),
      ...(databaseUrl === undefined ? {} : { databaseUrl }),
    }),
    fileURLToPath(new URL("../cli/worker.ts", import.meta.url)),
    "--kept",
  ];
  const child = spawn(Deno.execPath(), ["run", "--no-prompt", ...args], {
    // Its output goes into a file: a pipe to this process would break when this process dies.
    stdio: ["ignore", log, log],
    // A session of its own: Ctrl-C in a terminal is for this process, which then stops the worker.
    detached: true,
    env: {
      ...Deno.env.toObject(),
      EPOCHQL_HOME: resolve(home),
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
  return toProcess(child.pid ?? 0, false, ended, (signal) => child.kill(signal));
}

function adopt(home: string, pid: number): WorkerProcess {
  const ended = (async () => {
    while (await workerPid(home) === pid) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    return `it has ended; its log is ${workerLogFile(home)}`;
  })();
  return toProcess(pid, true, ended, (signal) => {
    // To kill what is not its child, a process must be allowed to run anything; this one may run Deno.
    spawn(
      Deno.execPath(),
      ["eval", "Deno.kill(Number(Deno.args[0]), Deno.args[1])", String(pid), signal],
      { stdio: "ignore" },
    );
  });
}

function toProcess(
  pid: number,
  isAdopted: boolean,
  ended: Promise<string>,
  kill: (signal: "SIGTERM" | "SIGKILL") => void,
): WorkerProcess {
  let hasEnded = false;
  ended.then(() => hasEnded = true);
  const send = (signal: "SIGTERM" | "SIGKILL") => {
    if (!hasEnded && pid > 0) kill(signal);
  };
  return {
    pid,
    isAdopted,
    ended,
    async stop() {
      send("SIGTERM");
      const force = setTimeout(() => send("SIGKILL"), STOP_MS);
      await ended;
      clearTimeout(force);
    },
  };
}
