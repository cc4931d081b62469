/** The servers that are loaded: ours without workers, and two that are nothing but Yoga. Each keeps to the first core. */
import { fileURLToPath } from "node:url";
import { pinned } from "../processes.ts";
import { originOf } from "../stack.ts";

/** A server under load. */
export interface LoadedServer {
  readonly origin: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));
const BARE_YOGA = fileURLToPath(new URL("bare_yoga.ts", import.meta.url));
const BARE_API = fileURLToPath(new URL("bare_api.ts", import.meta.url));

/** Ours. @param home where its runs are kept */
export function startOurs(home: string): Promise<LoadedServer> {
  return start([MAIN], {
    ...{ PORT: "0", HOST: "127.0.0.1", WORKERS: "0", LOG_LEVEL: "warning", NO_COLOR: "1" },
    ...{ EPOCHQL_HOME: home, DATABASE_URL: "", EPOCHQL_TOKEN: "" },
  });
}

/** The peer for subscriptions. @param steps that its own has */
export function startBareYoga(steps: number): Promise<LoadedServer> {
  return start([BARE_YOGA, String(steps)], {});
}

/** The peer for queries. @param home of the runs that it reads */
export function startBareApi(home: string): Promise<LoadedServer> {
  return start([BARE_API, home], {});
}

async function start(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<LoadedServer> {
  const child = pinned(0, ["run", "-A", "--no-check", ...args], env).spawn();
  const stop = async () => {
    child.kill("SIGTERM");
    await child.status;
  };
  return { origin: await originOf(child.stdout), pid: child.pid, stop };
}
