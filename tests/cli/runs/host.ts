/**
 * Support of the tests of `deno task runs`: a server's process with its store, and the program as a
 * process.
 */
import { fileURLToPath } from "node:url";
import type { RunStore } from "../../../runs/store/store.ts";
import { openStore } from "../../../runs/store/open.ts";
import { type Program, startProgram, startServerProcess } from "../../support/program.ts";

const PROGRAM = fileURLToPath(new URL("../../../cli/runs.ts", import.meta.url));
const SERVE = fileURLToPath(new URL("serve.ts", import.meta.url));

/** The exit code and the output of the program. */
export interface Ended {
  readonly code: number;
  readonly stdout: readonly string[];
  readonly stderr: string;
}

/** The running program. */
export interface Running extends Pick<Program, "printed" | "told" | "kill"> {
  readonly end: Promise<Ended>;
}

/** A server, and the program that connects to it. */
export interface Host {
  readonly origin: string;
  readonly store: RunStore;
  /** Runs the program to its end. */
  runs(...args: readonly string[]): Promise<Ended>;
  /** Starts the program. */
  start(...args: readonly string[]): Running;
  killServer(): Promise<void>;
  restartServer(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a server. */
export async function openHost(env: Record<string, string> = {}): Promise<Host> {
  const home = await Deno.makeTempDir({ prefix: "epochql-runs-" });
  const store = await openStore({ home });
  const serve = (port: string) =>
    startServerProcess({ args: ["-A", SERVE, home, port], env, showsErrors: true });
  let server = await serve("0");
  const { origin } = server;
  const start = (...args: readonly string[]) =>
    startRuns([...args, "--server", origin], { EPOCHQL_TOKEN: "", ...env });
  return {
    origin,
    store,
    start,
    runs: (...args) => start(...args).end,
    async killServer() {
      await server.stop("SIGKILL");
    },
    async restartServer() {
      server = await serve(new URL(origin).port);
    },
    async close() {
      await server.stop("SIGKILL");
      await store.close();
      await Deno.remove(home, { recursive: true });
    },
  };
}

/** Starts the program with these arguments and variables. */
export function startRuns(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Running {
  const program = startProgram({
    args: ["--allow-net", "--allow-env", "--allow-read", "--allow-write", PROGRAM, ...args],
    env,
  });
  const end = program.end.then(({ stdout, ...ended }) => ({
    ...ended,
    stdout: stdout === "" ? [] : stdout.trimEnd().split("\n"),
  }));
  return { ...program, end };
}
