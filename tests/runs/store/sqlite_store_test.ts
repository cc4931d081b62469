/**
 * The SQLite store: the contract, and what goes wrong with files.
 */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { assertFails } from "../../support/errors.ts";
import { afterEach, beforeEach, describe, it } from "@std/testing/bdd";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StoreUnavailableError } from "../../../runs/store/errors.ts";
import { Kysely } from "kysely";
import { openSqliteStore, SQLITE_TYPES } from "../../../runs/store/sqlite/store.ts";
import type { Claim, RunStore } from "../../../runs/store/store.ts";
import { oldestOf } from "../../../runs/store/sql/queue.ts";
import { sqliteDialect } from "../../../runs/store/sqlite/dialect.ts";
import type { Tables } from "../../../runs/store/sql/tables.ts";
import { openIn } from "./open_in.ts";
import { testCheckpointNames } from "./checkpoint_name_contract.ts";
import { testDescriptions } from "./description_contract.ts";
import { writeOldDatabase } from "./old_database.ts";
import { aSpec, readAll } from "../../support/fake_run.ts";
import { aWorker } from "../../support/a_worker.ts";
import { present } from "../../support/present.ts";
import { testQueue } from "./queue_contract.ts";
import { itWithDisk, smallDisk } from "../../support/small_disk.ts";
import { testStore } from "./store_contract.ts";
import { testWebhooks } from "./webhook_contract.ts";
import { folderPerTest, temporaryFolder } from "../../support/temporary_folder.ts";

const folder = folderPerTest();

const makeDatabase = () => {
  const folder = temporaryFolder();
  const place = join(folder.path, "runs.db");
  return Promise.resolve({
    place,
    open: () => openSqliteStore(place),
    writeOld: () =>
      writeOldDatabase(
        new Kysely({ dialect: sqliteDialect(new DatabaseSync(place)) }),
        SQLITE_TYPES,
      ),
    remove: () => Promise.resolve(folder[Symbol.dispose]()),
  });
};
testStore("SQLite", makeDatabase);
testDescriptions("SQLite", makeDatabase);
testCheckpointNames("SQLite", makeDatabase);
testQueue("SQLite", makeDatabase);
testWebhooks("SQLite", makeDatabase);

describe("the SQLite store's queue", () => {
  it("is found by an index: runs for other devices are not looked at", async () => {
    const path = folder.join("runs.db");
    await (await openSqliteStore(path)).close();
    const database = new DatabaseSync(path);
    const db = new Kysely<Tables>({ dialect: sqliteDialect(database) });
    const query = oldestOf(db, "CPU", (build) => build.or([build("lease_until", "<", 1)]));
    const { sql, parameters } = query.selectAll().compile();
    const plan = database.prepare(`explain query plan ${sql}`)
      .all(...parameters as readonly (string | number)[]);
    assertEquals(plan.map(({ detail }) => detail), [
      "SEARCH runs USING INDEX runs_by_device (device=?)",
    ]);
    await db.destroy();
  });
});

const unavailable = (pattern: RegExp) => (error: unknown) =>
  error instanceof StoreUnavailableError && pattern.test(error.message);
const assertUnavailable = (work: Promise<unknown> | (() => Promise<unknown>), pattern: RegExp) =>
  assertFails(work, unavailable(pattern));

describe("openSqliteStore()", () => {
  it("keeps what was written for the next time", async () => {
    const first = await openSqliteStore(folder.join("runs.db"));
    const { run } = await first.create({ name: "r", spec: aSpec() });
    await first.close();
    const second = await openSqliteStore(folder.join("runs.db"));
    assertEquals(await second.get(run.id), run);
    await second.close();
  });

  it("reads runs of a version that knew no checkpoints", async () => {
    const path = folder.join("runs.db");
    const store = await openSqliteStore(path);
    const { run } = await store.create({ name: "r", spec: aSpec() });
    const { epochs: _epochs, checkpoints: _checkpoints, lastCheckpoint: _last, ...old } =
      run.snapshot;
    {
      using database = new DatabaseSync(path);
      database.prepare("update runs set snapshot = ?").run(JSON.stringify(old));
      database.prepare("update changes set snapshot = ?").run(JSON.stringify(old));
    }
    assertEquals(await store.get(run.id), run);
    assertEquals((await store.changes({ after: 0, limit: 9 })).map(({ run }) => run), [run]);
    assertEquals((await store.request(run.id, "pause"))?.snapshot.state, "PAUSED");
    await store.close();
  });

  it("may be called by several at once on a new file", async () => {
    const path = folder.join("runs.db");
    const stores = await Promise.all(Array.from({ length: 8 }, () => openSqliteStore(path)));
    for (const store of stores) await store.create({ name: "r", spec: aSpec() });
    assertEquals((await present(stores[0]).list({ first: 1 })).totalCount, 8);
    for (const store of stores) await store.close();
  });

  it("refuses a file that is no database, and leaves it as it is", async () => {
    const path = folder.join("runs.db");
    await Deno.writeTextFile(path, "not a database ".repeat(1000));
    await assertUnavailable(openSqliteStore(path), /runs\.db': .*undamaged.*Restore a copy/);
    assertEquals(await Deno.readTextFile(path), "not a database ".repeat(1000));
  });

  it("refuses a folder that is not there", async () => {
    await assertUnavailable(openSqliteStore(folder.join("no", "runs.db")), /folder must/);
  });

  it("refuses a database that a newer version wrote", async () => {
    const path = folder.join("runs.db");
    await (await openSqliteStore(path)).close();
    using raw = new DatabaseSync(path);
    raw.exec("insert into kysely_migration(name, timestamp) values ('999_future', '2030-01-01')");
    await assertUnavailable(openSqliteStore(path), /'999_future'.*newer version/);
  });

  it("undoes all of a migration that fails", async () => {
    const path = folder.join("runs.db");
    using raw = new DatabaseSync(path);
    raw.exec("create table workers(x)"); // The last table that is made.
    await assertFails(openSqliteStore(path), /workers/);
    const tables = raw.prepare("select name from sqlite_master where type = 'table'").all();
    assertEquals(tables.map(({ name }) => name), ["workers"]);
  });
});

describe("a SQLite store after the clock was set back by an hour", () => {
  const HOUR_MS = 3_600_000;
  const LEASE_MS = 3_000;
  let path: string;
  let store: RunStore;
  let claim: Claim;
  beforeEach(async () => {
    path = folder.join("runs.db");
    store = await openSqliteStore(path);
    await store.create({ name: "r", spec: aSpec() });
    claim = present(await store.claim({ worker: "old", leaseMs: LEASE_MS }));
  });
  afterEach(() => store.close());
  /** Leaves the times that a clock which was fast has written. */
  const setBack = (ms = HOUR_MS) => {
    using database = new DatabaseSync(path);
    database.exec(`update runs set lease_until = lease_until + ${ms} where lease_until > 0`);
    database.exec(`update workers set seen_at = seen_at + ${ms}`);
  };
  const worker = aWorker({ id: "old" });

  it("lets another worker take over the run of a dead one", async () => {
    assertEquals(await store.claim({ worker: "new", leaseMs: LEASE_MS }), undefined);
    setBack();
    assertEquals((await store.held()).size, 0);
    const taken = present(await store.claim({ worker: "new", leaseMs: LEASE_MS }));
    assertEquals(taken.run.id, claim.run.id);
    const interrupted = (await readAll(store, claim.run.id)).at(-2);
    assert(interrupted?.type === "interrupted");
    assertMatch(interrupted.reason, /gave no sign of life: the clock was set back/);
    assertEquals((await store.held()).size, 1);
  });

  it("pauses, cancels and deletes the run of a dead worker at once", async () => {
    setBack();
    const paused = present(await store.request(claim.run.id, "pause"));
    assertEquals(paused.snapshot.state, "PAUSED");
    await store.request(claim.run.id, "resume");
    claim = present(await store.claim({ worker: "old", leaseMs: LEASE_MS }));
    setBack();
    const cancelled = present(await store.request(claim.run.id, "cancel"));
    assertEquals(cancelled.snapshot.state, "CANCELLED");
    assertEquals(await store.delete(claim.run.id), true);
  });

  it("believes a live worker's lease again from its next renewal, and one that is a little fast", async () => {
    setBack();
    await store.renew(claim, LEASE_MS);
    assertEquals(await store.claim({ worker: "new", leaseMs: LEASE_MS }), undefined);
    setBack(LEASE_MS / 2);
    assertEquals(await store.claim({ worker: "new", leaseMs: LEASE_MS }), undefined);
  });

  it("lists no worker that was last seen in a time to come, and forgets it", async () => {
    await store.registerWorker(worker);
    setBack();
    assertEquals(await store.workers(), []);
    const isAlive = async () => (await store.overview()).workers.map(({ isAlive }) => isAlive);
    assertEquals(await isAlive(), [false]);
    await store.registerWorker({ ...worker, id: "new" });
    assertEquals((await store.overview()).workers.map(({ id }) => id), ["new"]);
    setBack();
    await store.registerWorker({ ...worker, id: "new" });
    assertEquals(await isAlive(), [true]);
  });

  it("gives a run to any worker that was reserved for one which never came", async () => {
    const { run } = await store.create({ name: "r", spec: aSpec(), worker: "lost" });
    const other = () => store.claim({ worker: "new", leaseMs: LEASE_MS, runId: run.id });
    assertEquals(await other(), undefined);
    setBack();
    assertEquals((await other())?.run.id, run.id);
  });
});

describe("a SQLite store whose file goes bad", () => {
  it("says that it is damaged", async () => {
    const path = folder.join("runs.db");
    const store = await openSqliteStore(path);
    for (let index = 0; index < 200; index++) {
      await store.create({ name: "x".repeat(500), spec: aSpec() });
    }
    await store.close();
    const bytes = await Deno.readFile(path);
    bytes.fill(0x5a, 8192); // Everything after the first two pages, where the tables are described.
    await Deno.writeFile(path, bytes);
    await assertUnavailable(async () => {
      const store = await openSqliteStore(path);
      await store.list({ first: 100 }).finally(() => store.close());
    }, /undamaged/);
  });

  for (const ending of ["", "-wal", "-shm"]) {
    it(`accepts nothing once runs.db${ending} was removed or replaced, and goes on when it is back`, async () => {
      const file = folder.join(`runs.db${ending}`);
      const store = await openSqliteStore(folder.join("runs.db"));
      const { run } = await store.create({ name: "r", spec: aSpec() });
      await Deno.rename(file, folder.join("away"));
      const away = unavailable(/removed or replaced while in use.*put it back/i);
      const refuses = async () => {
        await assertFails(store.create({ name: "lost", spec: aSpec() }), away);
        await assertFails(store.get(run.id), away);
        await assertFails(store.claim({ worker: "w", leaseMs: 1_000 }), away);
        await assertFails(store.checkWritable(), away);
      };
      await refuses();
      await Deno.copyFile(folder.join("away"), file);
      await refuses();
      await Deno.rename(folder.join("away"), file);
      await store.create({ name: "r", spec: aSpec() });
      assertEquals((await store.list({ first: 5 })).totalCount, 2);
      await store.close();
    });
  }

  it("does not confirm a run that was committed to a file that was removed meanwhile", async () => {
    const path = folder.join("runs.db");
    const store = await openSqliteStore(path);
    const refused = assertUnavailable(store.create({ name: "r", spec: aSpec() }), /./);
    await Promise.resolve();
    Deno.removeSync(path);
    await refused;
    await store.close();
  });

  it("wakes who waits when its file is removed, so that they see the error", async () => {
    const path = folder.join("runs.db");
    const store = await openSqliteStore(path);
    const waiting = store.wait(store.mark(), AbortSignal.timeout(60_000));
    await Deno.remove(path);
    await waiting;
    await assertRejects(() => store.lastChange(), StoreUnavailableError);
    await store.close();
  });

  it("says that another process holds it locked, after a while", async () => {
    const path = folder.join("runs.db");
    const store = await openSqliteStore(path);
    using holder = new DatabaseSync(path);
    holder.exec("begin immediate");
    await assertUnavailable(store.create({ name: "r", spec: aSpec() }), /locked/);
    assertEquals((await store.list({ first: 1 })).totalCount, 0); // Readers do not wait.
    holder.exec("rollback");
    assertEquals((await store.create({ name: "r", spec: aSpec() })).created, true);
    await store.close();
  });

  it("says that it may not write, where it may not", async () => {
    const path = folder.join("runs.db");
    const denied = await openIn(path, ["--no-prompt", `--allow-read=${folder.path}`]);
    assertMatch(denied, /^StoreUnavailableError: .*writ/);
  });

  // Skipped where this user may not mount a disk.
  itWithDisk("loses nothing when the disk is full, and goes on when there is room", async () => {
    using disk = present(smallDisk("4m"));
    const store = await openSqliteStore(join(disk.path, "runs.db"));
    let written = 0;
    const full = async () => {
      for (;; written++) await store.create({ name: "x".repeat(5000), spec: aSpec() });
    };
    await assertUnavailable(full, /space left/);
    assert(written > 10);
    assertEquals((await store.list({ first: 1 })).totalCount, written);
    for (const run of (await store.list({ first: 5 })).runs) {
      assertEquals((await readAll(store, run.id)).length, 1);
    }
    disk.resize("8m");
    assertEquals((await store.create({ name: "x".repeat(5000), spec: aSpec() })).created, true);
    assertEquals((await store.list({ first: 1 })).totalCount, written + 1);
    await store.close();
  });
});
