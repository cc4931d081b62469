/**
 * Compares the run stores: `deno run -A bench/stores.ts`.
 * PostgreSQL is a temporary server with fsync on. `DATABASE_URL=… deno run -A bench/stores.ts`
 * measures another one, in an empty database.
 */
import { join } from "node:path";
import type { EpochEvent } from "../ml/training/events.ts";
import { followBatches, followEpochs, followEvents } from "../runs/reading/follow.ts";
import type { RunStore } from "../runs/store/store.ts";
import { openPostgresStore } from "../runs/store/postgres/store.ts";
import { openSqliteStore } from "../runs/store/sqlite/store.ts";
import { postgresSkipReason, startPostgres } from "../tools/postgres_server.ts";
import { benchSpec, specOfSteps } from "./training/spec.ts";
import { percentile } from "./report/statistics.ts";
import { startRun } from "./written_run.ts";

const RUNS = 10_000;
const STEPS = 1_000_000;
/** Steps of one event: what a worker appends in 50 ms. */
const GROUP = 20;
const STEPS_PER_EPOCH = 20_000;
const TRIES = 50;

/** A store under test. */
interface Candidate {
  readonly name: string;
  open(): Promise<RunStore>;
  close(): Promise<void>;
}

const spec = benchSpec("BASIC_CNN");
const rows: string[][] = [["", "SQLite", "PostgreSQL"]];

function note(label: string, column: number, value: string): void {
  const row = rows.find(([found]) => found === label) ?? [label];
  if (!rows.includes(row)) rows.push(row);
  row[column] = value;
}

function anEpoch(number: number): EpochEvent {
  const [trainAcc, trainLoss, testAcc, testLoss] = [0.9, 0.3, 0.9, 0.3];
  return {
    type: "epoch",
    number,
    trainAcc,
    trainLoss,
    testAcc,
    testLoss,
    learningRate: 0.01,
    seconds: 1,
  };
}

/** Prints the median and the 99th percentile, in milliseconds. */
async function time(label: string, column: number, work: () => Promise<unknown>, tries = TRIES) {
  const times = [];
  for (let index = 0; index < tries; index++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  note(label, column, show(times));
}

function show(times: readonly number[]): string {
  return `${percentile(times, 0.5).toFixed(1)} / ${percentile(times, 0.99).toFixed(1)} ms`;
}

/** Waits for the first value of a generator and ends it. */
async function first<T>(follow: (signal: AbortSignal) => AsyncIterable<T>): Promise<void> {
  const enough = new AbortController();
  for await (const _value of follow(enough.signal)) break;
  enough.abort();
}

/** Two connections to one store: the first writes, the second reads. */
interface Connections {
  readonly store: RunStore;
  readonly other: RunStore;
}

async function measure(candidate: Candidate, column: number): Promise<void> {
  const store = await candidate.open();
  const other = await candidate.open();
  const connections = { store, other };
  await measureAppends(store, column);
  await measureDelay(connections, column);
  const longRun = await measureLongLog(connections, column);
  await createRuns(store);
  await measureLists(connections, column);
  await time("start a run", column, () => store.create({ name: "bench", spec }));
  await time("delete the log of a million steps", column, () => store.delete(longRun), 1);
  await other.close();
  await store.close();
}

/** Measures the consecutive appends of one worker. */
async function measureAppends(store: RunStore, column: number): Promise<void> {
  for (const [label, count] of [["a group", 1], ["100 events", 100]] as const) {
    const run = await startRun(store, { name: "bench" });
    let appends = 0;
    const until = performance.now() + 5_000;
    while (performance.now() < until) {
      await run.train(1, count);
      appends++;
    }
    note(`appends of ${label} a second, one worker`, column, (appends / 5).toFixed(0));
    await run.complete();
  }
}

/** Measures the delay from a commit on one connection to the event at a reader on another. */
async function measureDelay({ store, other }: Connections, column: number): Promise<void> {
  const run = await startRun(store, { name: "bench" });
  const stop = new AbortController();
  const committed = new Map<number, number>();
  const yielded = new Map<number, number>();
  const reading = (async () => {
    const options = { signal: stop.signal };
    for await (const { seq } of followEvents(other, run.claim.run.id, options)) {
      yielded.set(seq, performance.now());
    }
  })();
  for (let number = 1; number <= 200; number++) {
    const { snapshot } = await run.train(1);
    committed.set(snapshot.lastSeq, performance.now());
    await new Promise((resolve) => setTimeout(resolve, 30 + (number % 7)));
  }
  await run.complete();
  await reading;
  stop.abort();
  const delays = [...committed].map(([seq, at]) => (yielded.get(seq) ?? Infinity) - at);
  note("commit to yield, p50 / p99", column, show(delays.slice(5)));
}

/**
 * Writes a log of a million steps and measures reads of its parts.
 *
 * @returns the run's id
 */
async function measureLongLog({ store, other }: Connections, column: number): Promise<string> {
  const epochs = STEPS / STEPS_PER_EPOCH;
  const long = await startRun(store, { name: "bench", spec: specOfSteps(epochs, STEPS_PER_EPOCH) });
  for (let epoch = 1; epoch <= epochs; epoch++) {
    await long.train(GROUP, STEPS_PER_EPOCH / GROUP);
    await long.append(anEpoch(epoch));
  }
  const runId = long.claim.run.id;
  const log = "log of a million steps: first";
  await time(
    `${log} event`,
    column,
    () => first((signal) => followEvents(other, runId, { signal })),
  );
  await time(
    `${log} step after 999,000`,
    column,
    () => first((signal) => followBatches(other, { runId, afterStep: 999_000, signal })),
  );
  await time(
    `${log} epoch`,
    column,
    () => first((signal) => followEpochs(other, { runId, signal })),
  );
  await time(
    `${log} event after seq 50,000`,
    column,
    () => first((signal) => followEvents(other, runId, { afterSeq: 50_000, signal })),
  );
  const start = performance.now();
  const whole = new AbortController();
  await long.complete();
  let events = 0;
  for await (const _event of followEvents(other, runId, { signal: whole.signal })) events++;
  note(
    `replay of all ${events} events`,
    column,
    `${((performance.now() - start) / 1000).toFixed(1)} s`,
  );
  return runId;
}

/** Creates ten thousand runs and trains every tenth. */
async function createRuns(store: RunStore): Promise<void> {
  for (let made = 0; made < RUNS; made += 20) {
    const names = Array.from({ length: 20 }, (_, index) => `bench ${made + index}`);
    const created = await Promise.all(names.map((name) => store.create({ name, spec })));
    for (const { run: { id } } of created.slice(0, 2)) {
      const claim = await store.claim({ worker: "bench", leaseMs: 3_600_000, runId: id });
      const testAcc = ((made * 7919) % RUNS) / RUNS;
      if (claim) await store.append(claim, 1, [{ ...anEpoch(1), testAcc }, { type: "completed" }]);
    }
  }
}

/** Measures lists and claims among ten thousand runs. */
async function measureLists({ store, other }: Connections, column: number): Promise<void> {
  const page = await other.list({ first: 50 });
  const middle = (await other.list({ first: 5_000 })).runs.at(-1)?.id ?? "";
  note("(runs there)", column, String(page.totalCount));
  await time("10,000 runs: first 50", column, () => other.list({ first: 50 }));
  await time(
    "10,000 runs: 50 in the middle",
    column,
    () => other.list({ first: 50, after: middle }),
  );
  await time(
    "10,000 runs: 50 that are queued",
    column,
    () => other.list({ first: 50, state: "QUEUED" }),
  );
  await time(
    "10,000 runs: 50 that are completed",
    column,
    () => other.list({ first: 50, state: "COMPLETED" }),
  );
  await time(
    "10,000 runs: 50 by state and text, the best first",
    column,
    () =>
      other.list({
        first: 50,
        state: "COMPLETED",
        search: "cnn 1",
        order: { field: "BEST_TEST_ACC", direction: "DESC" },
      }),
  );
  await time(
    "10,000 runs: 50 by text, the best first",
    column,
    () =>
      other.list({
        first: 50,
        search: "cnn 1",
        order: { field: "BEST_TEST_ACC", direction: "DESC" },
      }),
  );
  await time("10,000 runs: the current one", column, () => other.current());
  await time("10,000 runs: claim", column, () => store.claim({ worker: "w", leaseMs: 60_000 }));
  await time(
    "10,000 runs for another device: claim",
    column,
    () => store.claim({ worker: "w", leaseMs: 60_000, devices: ["CUDA"] }),
  );
}

const folder = await Deno.makeTempDir({ prefix: "epochql-stores-" });
const sqlite: Candidate = {
  name: "SQLite",
  open: () => openSqliteStore(join(folder, "bench.db")),
  close: () => Deno.remove(folder, { recursive: true }),
};

async function postgres(): Promise<Candidate | undefined> {
  const given = Deno.env.get("DATABASE_URL");
  if (given) {
    return {
      name: "PostgreSQL",
      open: () => openPostgresStore(given),
      close: () => Promise.resolve(),
    };
  }
  if (postgresSkipReason !== undefined) {
    console.error(`PostgreSQL is left out: ${postgresSkipReason}.`);
    return undefined;
  }
  const server = await startPostgres({ fsync: "on" });
  const url = await server.createDatabase();
  return { name: "PostgreSQL", open: () => openPostgresStore(url), close: () => server.remove() };
}

for (const [index, candidate] of [sqlite, await postgres()].entries()) {
  if (!candidate) continue;
  console.error(`Measuring ${candidate.name} …`);
  try {
    await measure(candidate, index + 1);
  } finally {
    await candidate.close();
  }
}
const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
for (const row of rows) {
  console.log(
    row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 0 ? cell.padEnd(width) : cell.padStart(width + 2);
    }).join(""),
  );
}
