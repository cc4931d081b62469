/** The processes of `deno task start` and `deno task worker`, with their permissions. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readConfig, readWorkerConfig } from "../../config.ts";
import { downloadDataset } from "../../data/storage/download.ts";
import { workerPermissions } from "../../runs/trainer/permissions.ts";
import { workerLogFile } from "../../runs/supervisor/slots.ts";
import { serverPermissions } from "../../server/permissions.ts";
import { startProgram, startServerProcess } from "./program.ts";

const program = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Variables of the user's environment that would change what tests see. */
export const CLEARED: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ...["EPOCHQL_TOKEN", "EPOCHQL_TOKENS_FILE", "EPOCHQL_CHECKPOINTS", "EPOCHQL_DEVICE"],
    "EPOCHQL_ENGINE",
    "EPOCHQL_IMPORTS",
    ...["DATABASE_URL", "WORKERS", "LOG_LEVEL", "LOG_FORMAT"],
  ].map((name) => [name, ""]),
);

/** A server with its worker. */
export interface Stack {
  readonly home: string;
  readonly origin: string;
  /** Returns its worker's log. */
  workerLog(): Promise<string>;
  /**
   * Shuts it down.
   *
   * @returns what the server has written to stderr
   */
  stop(): Promise<string>;
  /** Stops it, and leaves nothing of it. */
  remove(): Promise<void>;
}

/** Starts a server in a folder of its own, with MNIST in it. */
export async function startStack(env: Readonly<Record<string, string>>): Promise<Stack> {
  const variables = await makeHome(env);
  const { EPOCHQL_HOME: home } = variables;
  const server = await startServerProcess({
    args: [...serverPermissions(readConfig(toMap(variables))), program("main.ts")],
    env: variables,
  });
  const stop = async () => (await server.stop()).stderr;
  return {
    home,
    origin: server.origin,
    workerLog: () => Deno.readTextFile(workerLogFile(home, 1)),
    stop,
    async remove() {
      await stop();
      await Deno.remove(home, { recursive: true });
    },
  };
}

/** A worker that no server keeps. */
export interface LoneWorker {
  readonly pid: number;
  /** Shuts it down, and leaves nothing of it. */
  remove(): Promise<void>;
}

/** Starts a worker in a folder of its own, with MNIST in it. */
export async function startLoneWorker(env: Readonly<Record<string, string>>): Promise<LoneWorker> {
  const variables = await makeHome(env);
  const permissions = workerPermissions(readWorkerConfig(toMap(variables)));
  const worker = startProgram({
    args: ["--no-prompt", ...permissions, program("cli/worker.ts")],
    env: variables,
  });
  return {
    pid: worker.pid,
    async remove() {
      await worker.stop();
      await Deno.remove(variables.EPOCHQL_HOME, { recursive: true });
    },
  };
}

async function makeHome(env: Readonly<Record<string, string>>) {
  const home = await Deno.makeTempDir({ prefix: "epochql-stack-" });
  await downloadDataset("mnist", join(home, "data"), () => {});
  return {
    ...CLEARED,
    ...{ PORT: "0", HOST: "127.0.0.1", EPOCHQL_HOME: home, OTEL_DENO: "false" },
    ...env,
  };
}

function toMap(variables: Record<string, string>): ReadonlyMap<string, string> {
  return new Map(Object.entries(variables));
}
