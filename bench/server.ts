/** Starts the measured server in a process of its own. */
import { fileURLToPath } from "node:url";
import { readLines } from "../lib/lines.ts";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));

/** A listening server. */
export interface MeasuredServer {
  readonly origin: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Arguments of Deno that start our server. */
export const SERVER = ["run", "-A", "--no-check", MAIN] as const;

/** Returns its settings, independent of the environment. @param home folder of its runs */
export function settingsOf(home: string): Readonly<Record<string, string>> {
  return {
    PORT: "0",
    HOST: "127.0.0.1",
    LOG_LEVEL: "warning",
    NO_COLOR: "1",
    EPOCHQL_HOME: home,
    DATABASE_URL: "",
    EPOCHQL_TOKEN: "",
  };
}

/** Starts ours. @param change of its settings */
export function startServer(
  home: string,
  change: Readonly<Record<string, string>> = {},
): Promise<MeasuredServer> {
  return startOurs(SERVER, { ...settingsOf(home), ...change });
}

/** Starts ours without the right to start processes: it has no workers, and predicts in WebAssembly. */
export function startServerAlone(home: string): Promise<MeasuredServer> {
  const [run, ...program] = SERVER;
  // It warns about that once.
  const settings = { ...settingsOf(home), WORKERS: "0", LOG_LEVEL: "error" };
  return startOurs([run, "--deny-run", ...program], settings);
}

function startOurs(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<MeasuredServer> {
  const piped = { stdin: "null", stdout: "piped", stderr: "inherit" } as const;
  return start(new Deno.Command(Deno.execPath(), { ...piped, args: [...args], env: { ...env } }));
}

/** Starts a server that prints where it listens; its stdout must be piped. */
export async function start(command: Deno.Command): Promise<MeasuredServer> {
  const child = command.spawn();
  const stop = async () => {
    child.kill("SIGTERM");
    await child.status;
  };
  return { origin: await originOf(child.stdout), pid: child.pid, stop };
}

async function originOf(output: ReadableStream<Uint8Array>): Promise<string> {
  for await (const line of readLines(output)) {
    const origin = /https?:\/\/\S+?:\d+/.exec(line)?.[0];
    if (origin !== undefined) return origin;
  }
  throw new Error("Cannot measure: the server ended before it listened.");
}
