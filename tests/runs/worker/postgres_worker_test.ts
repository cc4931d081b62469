/**
 * Worker processes on one PostgreSQL server, and what befalls them and the server. Their trainings are made up; their
 * processes, signals, connections and database are not.
 */
import { assert, assertEquals } from "@std/assert";
import { after, afterEach, before, beforeEach, describe, it } from "@std/testing/bdd";
import { randomStream } from "../../../data/random.ts";
import { delay } from "../../../lib/delay.ts";
import { followEvents } from "../../../runs/reading/follow.ts";
import type { RunStore } from "../../../runs/store/store.ts";
import { openPostgresStore } from "../../../runs/store/postgres/store.ts";
import {
  type PostgresServer,
  postgresSkipReason,
  startPostgres,
} from "../../../tools/postgres_server.ts";
import { aSpec, isAlive, present, readAll, runScript, temporaryFolder, until } from "../helpers.ts";
import { checkWhole } from "../whole.ts";

const skip = postgresSkipReason !== undefined;

describe("workers on one PostgreSQL server", { ignore: skip }, () => {
  let server: PostgresServer;
  let url: string;
  let store: RunStore;
  let processes: Deno.ChildProcess[];
  let folder: ReturnType<typeof temporaryFolder>;
  before(async () => {
    server = await startPostgres();
  });
  after(() => server.remove());
  beforeEach(async () => {
    url = await server.createDatabase();
    store = await openPostgresStore(url);
    processes = [];
    folder = temporaryFolder();
  });
  afterEach(async () => {
    for (const process of processes) {
      if (isAlive(process.pid)) process.kill("SIGKILL");
      await process.status;
    }
    await store.close();
    folder[Symbol.dispose]();
  });

  function startWorker(id: string, leaseMs: number, ...behaviour: string[]): Deno.ChildProcess {
    const worker = runScript(
      "tests/runs/fake_worker.ts",
      [url, id, String(leaseMs), `folder=${folder.path}`, ...behaviour],
      { stderr: "null" },
    );
    processes.push(worker);
    return worker;
  }

  const create = async (change = {}) =>
    (await store.create({ name: "a run", spec: aSpec(change) })).run;
  const untilStep = (id: string, step: number) =>
    until(store, async () => ((await store.get(id))?.snapshot.step ?? 0) >= step);
  const untilListed = (count: number) =>
    until(store, async () => (await store.workers()).length === count);

  it("train each run once, and whoever follows it at any server sees all of it", async () => {
    const other = await openPostgresStore(url);
    const { signal } = new AbortController();
    const runs = [];
    for (let seed = 0; seed < 12; seed++) runs.push(await create({ seed }));
    const follow = async (store: RunStore, id: string) => {
      const seqs: number[] = [];
      for await (const { seq } of followEvents(store, id, { signal })) seqs.push(seq);
      return seqs;
    };
    const followers = runs.flatMap(({ id }) => [follow(store, id), follow(other, id)]);
    for (const id of ["a", "b", "c", "d"]) startWorker(id, 3_000, "pace=1");
    const seen = await Promise.all(followers);
    for (const [index, { id }] of runs.entries()) {
      await checkWhole(store, id);
      assertEquals((await store.get(id))?.snapshot.attempts, 1);
      const seqs = (await readAll(store, id)).map(({ seq }) => seq);
      assertEquals([seen[2 * index], seen[2 * index + 1]], [seqs, seqs]);
    }
    await other.close();
  });

  it("hear a pause and a cancel although their leases last an hour", async () => {
    const [paused, cancelled] = [await create(), await create()];
    startWorker("training", 3_600_000, "wait=5");
    await untilStep(paused.id, 4);
    startWorker("loading", 3_600_000, "load=endless");
    const untilState = (id: string, state: string) =>
      until(store, async () => (await store.get(id))?.snapshot.state === state);
    await untilState(cancelled.id, "RUNNING");
    await store.request(paused.id, "pause");
    await store.request(cancelled.id, "cancel");
    await untilState(paused.id, "PAUSED");
    await untilState(cancelled.id, "CANCELLED");
  });

  it("go on with their own runs when the server was away for longer than their leases", async () => {
    const leaseMs = 2_000;
    const { id } = await create({ epochs: 300 });
    startWorker("first", leaseMs, "pace=10");
    await untilStep(id, 20);
    startWorker("second", leaseMs);
    await untilListed(2);
    await server.stop();
    await delay(2 * leaseMs, new AbortController().signal); // What it was away for.
    await server.start();
    await checkWhole(store, id);
    assertEquals((await store.get(id))?.snapshot.attempts, 1);
  });

  it("lose no step and write none twice, whenever the server is killed", async () => {
    // The same points every time; `deno task chaos` would take others.
    const random = randomStream(Number(Deno.env.get("EPOCHQL_TEST_SEED") ?? 1), "shuffle", 0);
    const first = await create({ epochs: 150, seed: 1 });
    const second = await create({ epochs: 150, seed: 2 });
    for (const id of ["a", "b", "c"]) startWorker(id, 3_000, "pace=4");
    for (let round = 1; round <= 5; round++) {
      await untilStep(first.id, 80 * round + random.int(0, 40));
      await server.kill();
      await server.start();
    }
    await checkWhole(store, first.id);
    await checkWhole(store, second.id);
  });

  it("append nothing once they were frozen past their leases, wherever that hits them", async () => {
    const leaseMs = 600;
    const { id } = await create({ epochs: 200 });
    let holder = startWorker("w0", leaseMs, "pace=3");
    for (let round = 1; round <= 3; round++) {
      await untilStep(id, 60 * round);
      const frozen = holder;
      frozen.kill("SIGSTOP");
      holder = startWorker(`w${round}`, leaseMs, "pace=3");
      const taken = await until(store, async () => {
        const claims = await store.read(id, { afterSeq: 0, limit: 10, types: ["claimed"] });
        return claims.find((event) => event.type === "claimed" && event.worker === `w${round}`);
      });
      frozen.kill("SIGCONT");
      // It finds out, stops, and is there for other runs.
      await until(store, async () => {
        const workers = await store.workers();
        return workers.find((worker) => worker.id === `w${round - 1}`)?.runId === null;
      });
      assert(isAlive(frozen.pid));
      frozen.kill("SIGKILL");
      // Each attempt begins with `started`, which nobody but its holder has said since.
      await untilStep(id, 60 * round + 30);
      const events = await store.read(id, { afterSeq: taken.seq, limit: 10_000 });
      assertEquals(events.filter(({ type }) => type === "started").length, 1);
    }
    await checkWhole(store, id);
    const claims = (await readAll(store, id)).filter(({ type }) => type === "claimed");
    assertEquals(claims.length, 4);
    present(claims[3]);
  });
});
