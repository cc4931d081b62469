/** What `deno task start` leaves running, as a test sees it: the server's process and its worker's, with their permissions. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readConfig } from "../../config.ts";
import { ensureDataset } from "../../data/ensure.ts";
import { workerLogFile } from "../../runs/worker_files.ts";
import { serverPermissions } from "../../server/permissions.ts";

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));

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

/** Starts it in a folder of its own, with MNIST in it. */
export async function startStack(env: Readonly<Record<string, string>>): Promise<Stack> {
  const home = await Deno.makeTempDir({ prefix: "epochql-stack-" });
  await ensureDataset("mnist", join(home, "data"), () => {});
  const variables = {
    ...Object.fromEntries(CLEARED.map((name) => [name, ""])),
    ...{ PORT: "0", HOST: "127.0.0.1", EPOCHQL_HOME: home, NO_COLOR: "1" },
    OTEL_DENO: "false",
    ...env,
  };
  const config = readConfig(new Map(Object.entries(variables)));
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", ...serverPermissions(config), MAIN],
    env: variables,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
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
