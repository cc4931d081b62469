/**
 * Support of the tests of `deno task runs`: a server's process with its store, and the program as a
 * process.
 */
import { fileURLToPath } from "node:url";
import type { RunStore } from "../../../runs/store/store.ts";
import { openStore } from "../../../runs/store/open.ts";
import { type ServerProcess, startServerProcess } from "../../page/server_process.ts";

const PROGRAM = fileURLToPath(new URL("../../../cli/runs.ts", import.meta.url));
const SERVE = fileURLToPath(new URL("serve.ts", import.meta.url));

/** The exit code and the output of the program. */
export interface Ended {
  readonly code: number;
  readonly stdout: readonly string[];
  readonly stderr: string;
}

/** The running program. */
export interface Running {
  /** Resolves when stdout contains the text. */
  printed(text: string): Promise<void>;
  /** Resolves when stderr contains the text. */
  told(text: string): Promise<void>;
  kill(signal: Deno.Signal): void;
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
    startServerProcess({ args: ["run", "-A", "--no-check", SERVE, home, port], env });
  let server: ServerProcess = await serve("0");
  const { origin } = server;
  const start = (...args: readonly string[]) =>
    startProgram([...args, "--server", origin], { EPOCHQL_TOKEN: "", ...env });
  return {
    origin,
    store,
    start,
    runs: (...args) => start(...args).end,
    killServer: () => server.kill(),
    async restartServer() {
      server = await serve(new URL(origin).port);
    },
    async close() {
      await server.kill();
      await store.close();
      await Deno.remove(home, { recursive: true });
    },
  };
}

/** Starts the program with these arguments and variables. */
export function startProgram(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Running {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-check",
      "--allow-net",
      "--allow-env",
      "--allow-read",
      PROGRAM,
      ...args,
    ],
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  return {
    printed: stdout.until,
    told: stderr.until,
    kill: (signal) => child.kill(signal),
    end: (async () => {
      const { code } = await child.status;
      const printed = (await stdout.all).trimEnd();
      return { code, stdout: printed === "" ? [] : printed.split("\n"), stderr: await stderr.all };
    })(),
  };
}

/** Collects the text of a stream. */
function collect(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
  let collected = "";
  const waiting = new Set<() => void>();
  const all = (async () => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      collected += text;
      for (const look of waiting) look();
    }
    return collected;
  })();
  return {
    all,
    until: (text: string) =>
      new Promise<void>((resolve, reject) => {
        const look = () => {
          if (!collected.includes(text)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
        all.then(() => reject(new Error(`It must say '${text}', said:\n${collected}`)));
      }),
  };
}
