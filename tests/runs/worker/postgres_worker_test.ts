/** Worker processes on one PostgreSQL server, with fake trainings, but real signals and connections. */
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
import { aSpec, readAll } from "../../support/fake_run.ts";
import { present } from "../../support/present.ts";
import { until, untilState, untilStep } from "../../support/until.ts";
import { checkWhole } from "../../support/whole_log.ts";
import { isAlive } from "../../../tools/processes.ts";
import { folderPerTest } from "../../support/temporary_folder.ts";
import { workersPerTest } from "./worker_processes.ts";

const skip = postgresSkipReason !== undefined;

describe("workers on one PostgreSQL server", { ignore: skip }, () => {
  let server: PostgresServer;
  let url: string;
  let store: RunStore;
  const workers = workersPerTest();
  const folder = folderPerTest();
  before(async () => {
    server = await startPostgres();
  });
  after(() => server.remove());
  beforeEach(async () => {
    url = await server.createDatabase();
    store = await openPostgresStore(url);
  });
  afterEach(async () => {
    await workers.kill();
    await store.close();
  });

  const startWorker = (id: string, leaseMs: number, ...behaviour: string[]) =>
    workers.start(url, id, String(leaseMs), `folder=${folder.path}`, ...behaviour);

  const create = async (change = {}) =>
    (await store.create({ name: "a run", spec: aSpec(change) })).run;

  it("train each run once, and clients that follow it at any server see all of it", async () => {
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

  it("receive a pause and a cancel although their leases last an hour", async () => {
    const [paused, cancelled] = [await create(), await create()];
    startWorker("training", 3_600_000, "wait=5");
    await untilStep(store, paused.id, 4);
    startWorker("loading", 3_600_000, "load=endless");
    await untilState(store, cancelled.id, "RUNNING");
    await store.request(paused.id, "pause");
    await store.request(cancelled.id, "cancel");
    await untilState(store, paused.id, "PAUSED");
    await untilState(store, cancelled.id, "CANCELLED");
  });

  it("go on with their own runs when the server was away for longer than their leases", async () => {
    const leaseMs = 2_000;
    const { id } = await create({ epochs: 300 });
    startWorker("first", leaseMs, "pace=10");
    await untilStep(store, id, 20);
    startWorker("second", leaseMs);
    await until("both workers are listed", async () => (await store.workers()).length === 2);
    await server.stop();
    await delay(2 * leaseMs, new AbortController().signal); // What it was away for.
    await server.start();
    await checkWhole(store, id);
    assertEquals((await store.get(id))?.snapshot.attempts, 1);
  });

  it("go on when new sessions may write again, after a failover to sessions that only read", async () => {
    const database = new URL(url).pathname.slice(1);
    const { id } = await create({ epochs: 40 });
    startWorker("w", 3_000, "pace=10");
    await untilStep(store, id, 20);
    await server.query(`alter database ${database} set default_transaction_read_only = on`);
    const sessions = `from pg_stat_activity where datname = '${database}'`;
    await server.query(`select pg_terminate_backend(pid, 10000) ${sessions}`);
    await until("the worker has a session that only reads", async () => {
      return (await server.query(`select pid ${sessions}`)).length > 0;
    });
    await server.query(`alter database ${database} reset default_transaction_read_only`);
    await checkWhole(store, id);
    const { state, attempts } = present(await store.get(id)).snapshot;
    assertEquals([state, attempts], ["COMPLETED", 1]);
  });

  it("lose no step and write none twice, whenever the server is killed", async () => {
    // The same points every time; `deno task chaos` would take others.
    const random = randomStream(Number(Deno.env.get("EPOCHQL_TEST_SEED") ?? 1), "shuffle", 0);
    const first = await create({ epochs: 150, seed: 1 });
    const second = await create({ epochs: 150, seed: 2 });
    for (const id of ["a", "b", "c"]) startWorker(id, 3_000, "pace=4");
    for (let round = 1; round <= 5; round++) {
      await untilStep(store, first.id, 80 * round + random.int(0, 40));
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
      await untilStep(store, id, 60 * round);
      const frozen = holder;
      frozen.kill("SIGSTOP");
      holder = startWorker(`w${round}`, leaseMs, "pace=3");
      const taken = await until(`worker ${round} has claimed the run`, async () => {
        const claims = await store.read(id, { afterSeq: 0, limit: 10, types: ["claimed"] });
        return claims.find((event) => event.type === "claimed" && event.worker === `w${round}`);
      });
      frozen.kill("SIGCONT");
      // It finds out, stops, and is there for other runs.
      await until("the worker that was frozen is free", async () => {
        const workers = await store.workers();
        return workers.find((worker) => worker.id === `w${round - 1}`)?.runId === null;
      });
      assert(isAlive(frozen.pid));
      frozen.kill("SIGKILL");
      // Each attempt begins with `started`, which nobody but its holder has said since.
      await until(`worker ${round} has trained`, async () => {
        const trained = { afterSeq: taken.seq, limit: 1, types: ["batches"] } as const;
        return (await store.read(id, trained)).length > 0;
      });
      const events = await store.read(id, { afterSeq: taken.seq, limit: 10_000 });
      assertEquals(events.filter(({ type }) => type === "started").length, 1);
    }
    await checkWhole(store, id);
    const claims = (await readAll(store, id)).filter(({ type }) => type === "claimed");
    assertEquals(claims.length, 4);
    present(claims[3]);
  });
});
