/** The fuzzer's server (serve.ts) as a process, and what can be asked of it from outside. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type PostgresServer, postgresSkipReason, startPostgres } from "../postgres_server.ts";
import type { Memory } from "./serve.ts";

/** A server that is under test. */
export interface Stage extends AsyncDisposable {
  readonly origin: string;
  /** Measures the memory of the server's process. */
  memory(): Promise<Memory>;
  /** Counts its open subscriptions and WebSockets. */
  open(): Promise<number>;
  /** Returns the problems in its log, one per line. */
  complaints(): readonly string[];
  isAlive(): boolean;
}

/** Maximum number of stored complaints. */
const MAX_COMPLAINTS = 100;

/** Kinds of stores. */
export const STORES = ["sqlite", "postgres"] as const;
export type StoreKind = (typeof STORES)[number];

/** Reason and remedy if a store is unavailable here; undefined if it is available. */
export function whyNoStore(store: StoreKind): string | undefined {
  return store === "postgres" ? postgresSkipReason : undefined;
}

/** Starts a server, with a database if it needs one. */
export async function openStage(store: StoreKind = "sqlite"): Promise<Stage> {
  const database = store === "postgres" ? await startPostgres() : undefined;
  try {
    return await openStageOn(database);
  } catch (error) {
    await database?.remove();
    throw error;
  }
}

async function openStageOn(database: PostgresServer | undefined): Promise<Stage> {
  const server = spawn(
    Deno.execPath(),
    [
      ...["run", "-A", "--quiet", "--v8-flags=--expose-gc", fileURLToPath(SERVE)],
      ...(database ? [await database.createDatabase()] : []),
    ],
    { stdio: ["pipe", "pipe", "pipe"] },
  );
  const complaints: string[] = [];
  const log = createInterface({ input: server.stderr });
  log.on("line", (line) => {
    // What clients have done is no complaint.
    if (!isAudit(line) && complaints.length < MAX_COMPLAINTS) complaints.push(line);
  });
  const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
  const origin = (await lines.next()).value ?? "";
  if (!URL.canParse(origin)) {
    await ended;
    throw new Error(
      `Cannot start the server: it must say where it listens, got '${origin}'. ${
        complaints.join("\n")
      }`,
    );
  }
  return {
    origin,
    async memory() {
      server.stdin.write("\n");
      const { value = "" } = await lines.next();
      return JSON.parse(value);
    },
    async open() {
      const metrics = await (await fetch(`${origin}/metrics`)).text();
      const counts = metrics.matchAll(/^epochql_(?:subscriptions|websockets)_open\S* (\d+)$/gm);
      return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
    },
    complaints: () => complaints,
    isAlive: () => server.exitCode === null && server.signalCode === null,
    async [Symbol.asyncDispose]() {
      server.stdin.end();
      await ended;
      await database?.remove();
    },
  };
}

const SERVE = new URL("serve.ts", import.meta.url);

function isAudit(line: string): boolean {
  try {
    return JSON.parse(line).logger === "epochql.audit";
  } catch {
    return false;
  }
}
