/** What `deno task start` and `deno task worker` leave running, as a test sees it: processes with their permissions. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readConfig, readWorkerConfig } from "../../config.ts";
import { downloadDataset } from "../../data/storage/download.ts";
import { workerPermissions } from "../../runs/trainer/permissions.ts";
import { workerLogFile } from "../../runs/supervisor/slots.ts";
import { serverPermissions } from "../../server/permissions.ts";

const program = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Variables of whoever runs the tests that would change what they see. */
const CLEARED = [
  ...["EPOCHQL_TOKEN", "EPOCHQL_TOKENS_FILE", "EPOCHQL_CHECKPOINTS", "EPOCHQL_DEVICE"],
  ...["DATABASE_URL", "WORKERS", "LOG_LEVEL", "LOG_FORMAT"],
];

/** A server with its worker. */
export interface Stack {
  readonly home: string;
  readonly origin: string;
  /** What its worker has written to its log. */
  workerLog(): Promise<string>;
  /**
   * Ends it in good order.
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
  const child = spawn(
    [...serverPermissions(readConfig(toMap(variables))), program("main.ts")],
    variables,
  );
  const stderr = new Response(child.stderr).text();
  let printed = "";
  let origin: string | undefined;
  const stdout = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  while (origin === undefined) {
    const { value, done } = await stdout.read();
    if (done) throw new Error(`The server must say where it is, said: ${await stderr}`);
    printed += value;
    origin = /(http:\/\/\S+)\s/.exec(printed)?.[1];
  }
  let stopped: Promise<string> | undefined;
  const stop = () =>
    stopped ??= (async () => {
      child.kill("SIGTERM");
      await stdout.cancel();
      await child.status;
      return await stderr;
    })();
  return {
    home,
    origin,
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
  /** Ends it in good order, and leaves nothing of it. */
  remove(): Promise<void>;
}

/** Starts a worker in a folder of its own, with MNIST in it. */
export async function startLoneWorker(env: Readonly<Record<string, string>>): Promise<LoneWorker> {
  const variables = await makeHome(env);
  const child = spawn(
    [
      "--no-prompt",
      ...workerPermissions(readWorkerConfig(toMap(variables))),
      program("cli/worker.ts"),
    ],
    variables,
  );
  const output = child.output();
  return {
    pid: child.pid,
    async remove() {
      child.kill("SIGTERM");
      await output;
      await Deno.remove(variables.EPOCHQL_HOME, { recursive: true });
    },
  };
}

async function makeHome(env: Readonly<Record<string, string>>) {
  const home = await Deno.makeTempDir({ prefix: "epochql-stack-" });
  await downloadDataset("mnist", join(home, "data"), () => {});
  return {
    ...Object.fromEntries(CLEARED.map((name) => [name, ""])),
    ...{ PORT: "0", HOST: "127.0.0.1", EPOCHQL_HOME: home, NO_COLOR: "1", OTEL_DENO: "false" },
    ...env,
  };
}

function spawn(args: readonly string[], env: Record<string, string>): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", ...args],
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

function toMap(variables: Record<string, string>): ReadonlyMap<string, string> {
  return new Map(Object.entries(variables));
}
