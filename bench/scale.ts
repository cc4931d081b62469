/**
 * Measures the limits of one database and one server: `deno run -A bench/scale.ts`, a few minutes
 * for each store.
 * - Workers share a store, each at the pace of a real one: an event every 50 ms, a lease renewal
 * every second, a registration every two. They train nothing, so that only the store is measured.
 * - Watchers of one run on one server, by WebSocket, whose events come at that pace.
 */
import { createClient } from "graphql-sse";
import { fileURLToPath } from "node:url";
import { delay } from "../lib/delay.ts";
import type { RunStore } from "../runs/store/store.ts";
import { openStore, type StoreLocation } from "../runs/store/open.ts";
import { readLines } from "../lib/lines.ts";
import { postgresSkipReason, startPostgres } from "../tools/postgres_server.ts";
import { now } from "./load/watcher.ts";
import { peakRss, runForJson } from "./processes.ts";
import { startServer } from "./server.ts";
import { percentile } from "./report/statistics.ts";
import { startRun } from "./written_run.ts";

const SECONDS = 8;
/** Interval between two appends of a worker that trains on a CPU. */
const APPEND_MS = 50;
const LEASE_MS = 3_000;
const REGISTRATION_INTERVAL_MS = 2_000;
/** Steps of an event. */
const GROUP = 20;

const WORKERS = [1, 4, 16, 32, 64, 128];
const WATCHERS = [10, 100, 300, 1_000, 2_000];
/** Maximum number of workers or watchers per process. */
const PLAYED = 500;
/** Longest acceptable time of an append and of a delivery. */
const APPEND_LIMIT_MS = 500;
const EVENT_LIMIT_MS = 2_000;

/** A store to measure. */
interface Candidate {
  readonly name: string;
  readonly place: StoreLocation;
  /** Returns the current number of connections to the database. */
  connections(): Promise<number | undefined>;
  close(): Promise<void>;
}

/** Runs work at a fixed rate until the time is up; missed runs are made up for at once. */
async function steadily(everyMs: number, until: number, work: () => Promise<unknown>) {
  for (let due = performance.now(); performance.now() < until; due += everyMs) {
    await work();
    await delay(Math.max(0, due + everyMs - performance.now()), new AbortController().signal);
  }
}

/** Simulates one worker. Returns the duration of each append, in milliseconds. */
async function playWorker(store: RunStore, name: string): Promise<readonly number[]> {
  const run = await startRun(store, { name, leaseMs: LEASE_MS });
  const startedAt = new Date().toISOString();
  const info = { id: name, host: "bench", pid: Deno.pid, version: "bench", devices: [], startedAt };
  const times: number[] = [];
  // Workers start at different times.
  await delay(Math.random() * REGISTRATION_INTERVAL_MS, new AbortController().signal);
  const until = performance.now() + SECONDS * 1000;
  await Promise.all([
    steadily(APPEND_MS, until, async () => {
      const start = performance.now();
      await run.train(GROUP);
      times.push(performance.now() - start);
    }),
    steadily(LEASE_MS / 3, until, () => store.renew(run.claim, LEASE_MS)),
    steadily(
      REGISTRATION_INTERVAL_MS,
      until,
      () => store.registerWorker({ ...info, runId: run.claim.run.id }),
    ),
  ]);
  await run.complete();
  return times;
}

/** Process that simulates a number of workers, as with WORKERS=count. */
async function playWorkers(place: StoreLocation, count: number): Promise<void> {
  const store = await openStore({ ...place, connections: Math.min(3 * count, 24) });
  const names = Array.from({ length: count }, () => crypto.randomUUID());
  const times = await Promise.all(names.map((name) => playWorker(store, name)));
  await store.close();
  console.log(JSON.stringify({ times: times.flat() }));
}

/** Process of a number of watchers. Prints the arrival times of the events at each. */
async function playWatchers(origin: string, runId: string, count: number): Promise<void> {
  const arrivals: [seq: number, at: number][] = [];
  let ready = 0;
  const query = "subscription ($id: ID!) { runEvents(runId: $id) { seq } }";
  await Promise.all(Array.from({ length: count }, async () => {
    const client = createClient({ url: `${origin}/graphql`, retryAttempts: 0 });
    const events = client.iterate<{ readonly runEvents: { readonly seq: number } }>({
      query,
      variables: { id: runId },
    });
    for await (const { data, errors } of events) {
      if (!data) throw new Error(`Cannot watch: ${errors?.[0]?.message}`);
      arrivals.push([data.runEvents.seq, now()]);
      if (data.runEvents.seq === 1 && ++ready === count) console.log("ready");
    }
  }));
  console.log(JSON.stringify({ arrivals }));
}

/** Arguments that start this file in another role. */
function role(...args: readonly string[]): string[] {
  return ["run", "-A", "--no-check", fileURLToPath(import.meta.url), ...args];
}

/** Divides a number among processes. */
function shares(count: number): readonly number[] {
  const processes = Math.ceil(count / PLAYED);
  return Array.from({ length: processes }, (_, index) => Math.floor((count + index) / processes));
}

async function measureWorkers({ name, place, connections }: Candidate): Promise<void> {
  for (const count of WORKERS) {
    const playing = Promise.all(
      shares(count).map((share) =>
        runForJson(Deno.execPath(), role("workers", JSON.stringify(place), String(share)))
      ),
    );
    await delay(SECONDS * 500, new AbortController().signal);
    const open = await connections();
    const results = await playing as readonly { readonly times: readonly number[] }[];
    const times = results.flatMap(({ times }) => times);
    const late = percentile(times, 0.99);
    console.log(
      [
        name.padEnd(12),
        `${count} workers`.padStart(14),
        `${(times.length / SECONDS).toFixed(0)} events/s`.padStart(16),
        `append ${show(times)}`.padStart(28),
        open === undefined ? "" : `${open} connections`.padStart(18),
      ].join(""),
    );
    if (late > APPEND_LIMIT_MS || times.length < 0.7 * count * SECONDS * 1000 / APPEND_MS) break;
  }
}

async function measureWatchers({ name, place }: Candidate): Promise<void> {
  const server = await startServer(place.home, {
    WORKERS: "0",
    DATABASE_URL: place.databaseUrl ?? "",
    EPOCHQL_MAX_SUBSCRIPTIONS: "10000",
  });
  const store = await openStore(place);
  try {
    for (const count of WATCHERS) {
      const late = await watch(
        store,
        server.origin,
        count,
        (line) => console.log(`${name.padEnd(12)}${`${count} watchers`.padStart(14)}${line}`),
      );
      console.log(`${" ".repeat(30)}server ${(await peakRss(server.pid)).toFixed(0)} MB`);
      if (late > EVENT_LIMIT_MS) break;
    }
  } finally {
    await server.stop();
    await store.close();
  }
}

/** Measures the delays of events to a number of watchers while a run is written. */
async function watch(
  store: RunStore,
  origin: string,
  count: number,
  say: (line: string) => void,
): Promise<number> {
  const run = await startRun(store, { name: crypto.randomUUID() });
  const audience = shares(count).map((share) => audienceOf(origin, run.id, share));
  await Promise.all(audience.map(({ ready }) => ready));

  const committed = new Map<number, number>();
  await steadily(APPEND_MS, performance.now() + SECONDS * 1000, async () => {
    const { snapshot } = await run.train(GROUP);
    committed.set(snapshot.lastSeq, now());
  });
  await run.complete();
  const arrivals = (await Promise.all(audience.map(({ arrivals }) => arrivals))).flat();
  const delays = arrivals.flatMap(([seq, at]) => {
    const from = committed.get(seq);
    return from === undefined ? [] : [at - from];
  });
  const missing = committed.size * count - delays.length;
  say(
    `${(committed.size / SECONDS).toFixed(0)} events/s`.padStart(16) +
      `to the client ${show(delays)}`.padStart(36) +
      (missing === 0 ? "" : `, ${missing} missing`),
  );
  return percentile(delays, 0.99);
}

/** A process of watchers. */
function audienceOf(origin: string, runId: string, count: number) {
  const child = new Deno.Command(Deno.execPath(), {
    args: role("watchers", origin, runId, String(count)),
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const ready = Promise.withResolvers<void>();
  const arrivals = (async () => {
    for await (const line of readLines(child.stdout)) {
      if (line === "ready") ready.resolve();
      else if (line.startsWith("{")) {
        return (JSON.parse(line) as { arrivals: [seq: number, at: number][] }).arrivals;
      }
    }
    throw new Error("Cannot measure: the watchers ended early.");
  })();
  arrivals.catch(ready.reject);
  return { ready: ready.promise, arrivals };
}

function show(times: readonly number[]): string {
  return `${percentile(times, 0.5).toFixed(1)} / ${percentile(times, 0.99).toFixed(0)} ms`;
}

async function sqlite(): Promise<Candidate> {
  const home = await Deno.makeTempDir({ prefix: "epochql-scale-" });
  return {
    name: "SQLite",
    place: { home },
    connections: () => Promise.resolve(undefined),
    close: () => Deno.remove(home, { recursive: true }),
  };
}

async function postgres(): Promise<Candidate> {
  const home = await Deno.makeTempDir({ prefix: "epochql-scale-" });
  const server = await startPostgres({ fsync: "on" });
  return {
    name: "PostgreSQL",
    place: { home, databaseUrl: await server.createDatabase() },
    async connections() {
      const [row] = await server.query(
        "select count(*)::int as open from pg_stat_activity where application_name = 'epochql'",
      );
      return Number(row?.open);
    },
    async close() {
      await server.remove();
      await Deno.remove(home, { recursive: true });
    },
  };
}

async function measureAll(): Promise<void> {
  console.log(`${navigator.hardwareConcurrency} cores; median / 99th percentile\n`);
  if (postgresSkipReason !== undefined) {
    console.error(`PostgreSQL is left out: ${postgresSkipReason}.`);
  }
  for (const open of postgresSkipReason === undefined ? [sqlite, postgres] : [sqlite]) {
    const candidate = await open();
    try {
      await measureWorkers(candidate);
      await measureWatchers(candidate);
    } finally {
      await candidate.close();
    }
    console.log("");
  }
}

const [part, ...args] = Deno.args;
switch (part) {
  case "workers":
    await playWorkers(JSON.parse(args[0] ?? ""), Number(args[1]));
    break;
  case "watchers":
    await playWatchers(args[0] ?? "", args[1] ?? "", Number(args[2]));
    break;
  default:
    await measureAll();
}
