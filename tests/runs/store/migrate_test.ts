/**
 * Databases that older versions wrote. databases/ holds what each version left: runs in every state, made with the
 * training of fake_run.ts.
 */
import { assert, assertEquals } from "@std/assert";
import { assertFails } from "../../support/errors.ts";
import { after, afterEach, before, beforeEach, describe, it } from "@std/testing/bdd";
import { Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import { DatabaseSync } from "node:sqlite";
import type { Device } from "../../../ml/spec/spec.ts";
import { EMPTY_SNAPSHOT } from "../../../runs/log/snapshot.ts";
import { fold } from "../../../runs/log/fold.ts";
import type { RunStore } from "../../../runs/store/store.ts";
import { migrate } from "../../../runs/store/sql/migrate.ts";
import { sqliteDialect } from "../../../runs/store/sqlite/dialect.ts";
import type { Tables } from "../../../runs/store/sql/tables.ts";
import {
  type PostgresServer,
  postgresSkipReason,
  startPostgres,
} from "../../../tools/postgres_server.ts";
import { aSpec, aTraining, readAll } from "../../support/fake_run.ts";
import { present } from "../../support/present.ts";
import { openAt } from "../../support/test_database.ts";
import { checkWhole } from "../../support/whole_log.ts";
import { folderPerSuite } from "../../support/temporary_folder.ts";
import { SPEC_VERSION } from "../../../ml/spec/spec.ts";

/** The versions of the tables, by their last migration. */
const VERSIONS = ["001", "002"];

const read = (name: string) =>
  Deno.readTextFileSync(new URL(`databases/${name}.sql`, import.meta.url));

const folder = folderPerSuite();
let files = 0;

/** A file with what a version left, perhaps changed. Returns its path. */
function oldFile(version: string, change = (sql: string) => sql): string {
  const path = folder.join(`${++files}.db`);
  // Rows come before those that they refer to.
  using database = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  database.exec(change(read(`${version}_sqlite`)));
  return path;
}

for (const version of VERSIONS) {
  describe(`a SQLite database of version ${version}`, () => {
    testOldDatabase(() => Promise.resolve(oldFile(version)));
  });

  describe(`a PostgreSQL database of version ${version}`, {
    ignore: postgresSkipReason !== undefined,
  }, () => {
    let server: PostgresServer;
    before(async () => {
      server = await startPostgres();
    });
    after(() => server.remove());
    testOldDatabase(async () => {
      const url = await server.createDatabase();
      await server.query(read(`${version}_postgres`), new URL(url).pathname.slice(1));
      return url;
    });
  });
}

/** Parts of a snapshot that these versions did not have. */
const UNKNOWN = { highestLoss: null, pace: null };

function testOldDatabase(makeDatabase: () => Promise<string>): void {
  let place: string;
  let store: RunStore;
  beforeEach(async () => {
    place = await makeDatabase();
    // Several processes of the new version start at once.
    const stores = await Promise.all([openAt(place), openAt(place), openAt(place)]);
    store = present(stores[0]);
    for (const other of stores.slice(1)) await other.close();
  });
  afterEach(() => store.close());

  const named = async (name: string) => {
    const { runs } = await store.list({ first: 100 });
    return present(runs.find((run) => run.name === name));
  };

  it("is read as it was left", async () => {
    const { runs, totalCount } = await store.list({ first: 100 });
    assertEquals(totalCount, 6);
    assertEquals(runs.map(({ name, snapshot: { state, step } }) => [name, state, step]), [
      ["interrupted", "INTERRUPTED", 4],
      ["queued", "QUEUED", 0],
      ["cancelled", "CANCELLED", 0],
      ["failed", "FAILED", 2],
      ["running", "RUNNING", 6],
      ["completed", "COMPLETED", 12],
    ]);
    for (const [index, run] of runs.entries()) {
      assertEquals(run.spec, aSpec({ seed: runs.length - index }));
      const events = await readAll(store, run.id);
      assertEquals({ ...events.reduce(fold, EMPTY_SNAPSHOT), ...UNKNOWN }, run.snapshot);
    }
    await checkWhole(store, (await named("completed")).id, UNKNOWN);
    const states = (await store.changes({ after: 0, limit: 100 })).map(({ run }) => run.name);
    assertEquals(states.length, 15);
  });

  it("knows its keys again, and counts on", async () => {
    const queued = await named("queued");
    const order = { name: "another", spec: aSpec() };
    const again = await store.create({ ...order, idempotencyKey: "key of queued" });
    assertEquals(again, { run: queued, created: false });
    const last = await store.lastChange();
    const { run } = await store.create(order);
    assertEquals((await store.list({ first: 1 })).runs, [run]);
    assertEquals((await store.changes({ after: last, limit: 9 })).map(({ run }) => run), [run]);
  });

  for (const name of ["running", "interrupted", "queued"]) {
    it(`goes on with its ${name} run`, async () => {
      const { id, spec, snapshot } = await named(name);
      const claim = present(await store.claim({ worker: "new", leaseMs: 60_000, runId: id }));
      let number = 0;
      for (const event of aTraining(spec)) {
        const isKnown = event.type === "batches" && event.firstStep <= snapshot.step ||
          event.type === "epoch" && event.number <= (snapshot.lastEpoch?.number ?? 0);
        if (!isKnown) await store.append(claim, ++number, [event]);
      }
      await store.append(claim, ++number, [{ type: "completed" }]);
      await checkWhole(store, id, UNKNOWN);
    });
  }

  it("gives its runs to workers that have the device which they ask for", async () => {
    const take = async (...devices: readonly Device[]) =>
      (await store.claim({ worker: "new", leaseMs: 60_000, devices }))?.run.name;
    assertEquals(await take("AUTO", "CUDA"), undefined);
    const taken = [await take("CPU"), await take("CPU"), await take("CPU")];
    assertEquals(taken, ["running", "queued", "interrupted"]);
    assertEquals(await take("CPU"), undefined);
  });

  it("can be opened again", async () => {
    const before = await store.list({ first: 100 });
    const again = await openAt(place);
    assertEquals(await again.list({ first: 100 }), before);
    await again.close();
  });
}

describe("a database with runs for several devices", () => {
  it("is divided by what their specs say", async () => {
    // The spec of the run with seed 5: 'queued'.
    const path = oldFile("002", (sql) => sql.replace(/("seed":5,"device":)"CPU"/, '$1"CUDA"'));
    const store = await openAt(path);
    const take = async (device: Device) =>
      (await store.claim({ worker: "new", leaseMs: 60_000, devices: [device] }))?.run.name;
    assertEquals([await take("CUDA"), await take("CUDA")], ["queued", undefined]);
    assertEquals([await take("CPU"), await take("CPU")], ["running", "interrupted"]);
    await store.close();
  });
});

describe("a database with runs on several datasets", () => {
  it("counts them by what their specs say", async () => {
    const version = "0".repeat(64);
    const path = oldFile(
      "002",
      (sql) =>
        sql.replace(/"mnist"(,[^}]*"seed":5)/, `"photos@${version}"$1`)
          .replace(/"dataset":"mnist",([^}]*"seed":4)/, "$1"),
    );
    const store = await openAt(path);
    assertEquals([...await store.countByDataset()].toSorted(), [["mnist", 5], ["photos", 1]]);
    const { runs } = await store.list({ first: 9, dataset: "photos" });
    assertEquals(runs.map(({ name }) => name), ["queued"]);
    await store.close();
  });
});

describe("a database with a spec that a newer version stored", () => {
  it("is refused where the run is read, with what to do", async () => {
    const path = oldFile(
      "002",
      (sql) => sql.replaceAll('{"recipe":', `{"version":${SPEC_VERSION + 1},"recipe":`),
    );
    const store = await openAt(path);
    await assertFails(store.list({ first: 1 }), {
      name: "StoreUnavailableError",
      message:
        `Cannot read the run 'interrupted': the version of its spec must be ${SPEC_VERSION} or older, ` +
        `got ${SPEC_VERSION + 1}. Use the version of epochql that wrote it.`,
    });
    await store.close();
  });
});

describe("migrate()", () => {
  const addsColumn: Migration = {
    async up(db: Kysely<unknown>) {
      await db.schema.alterTable("runs").addColumn("length", "integer").execute();
      await sql`update runs set length = length(name)`.execute(db);
    },
  };
  const fails: Migration = {
    async up(db: Kysely<unknown>) {
      await db.schema.dropTable("workers").execute();
      await sql`select * from nothing`.execute(db);
    },
  };

  /** Applies migrations to a file. */
  async function apply(path: string, migrations: Record<string, Migration>): Promise<void> {
    const db = new Kysely<Tables>({ dialect: sqliteDialect(new DatabaseSync(path)) });
    try {
      await migrate(db, {
        migrations,
        place: path,
        alone: (work) => db.transaction().execute((transaction) => work(transaction)),
      });
    } finally {
      await db.destroy();
    }
  }

  const first: Migration = { up: () => Promise.reject(new Error("It was applied already.")) };

  it("applies what is missing, once, however many processes start at once", async () => {
    const path = oldFile("001");
    const migrations = { "001_runs": first, "002_length": addsColumn };
    await Promise.all(Array.from({ length: 5 }, () => apply(path, migrations)));
    using database = new DatabaseSync(path);
    assertEquals(
      database.prepare("select name, length from runs order by number limit 2").all()
        .map(({ name, length }) => [name, length]),
      [["completed", 9], ["running", 7]],
    );
  });

  it("applies one that was merged after a later one", async () => {
    const path = oldFile("001");
    const later = { "001_runs": first, "003_length": addsColumn };
    await apply(path, later);
    await apply(path, {
      ...later,
      "002_other": { up: (db) => db.schema.dropTable("workers").execute() },
    });
    using database = new DatabaseSync(path);
    const names = database.prepare("select name from kysely_migration order by name").all();
    assertEquals(names.map(({ name }) => name), ["001_runs", "002_other", "003_length"]);
    assertEquals(
      database.prepare("select name from sqlite_schema where name = 'workers'").all(),
      [],
    );
  });

  it("applies all of them or none", async () => {
    const path = oldFile("001");
    const migrations = { "001_runs": first, "002_length": addsColumn, "003_fails": fails };
    await assertFails(apply(path, migrations), /nothing/);
    using database = new DatabaseSync(path);
    const columns = database.prepare("select name from pragma_table_info('runs')").all();
    assert(!columns.some(({ name }) => name === "length"));
    assertEquals(database.prepare("select * from workers").all().length, 1);
    await apply(path, { "001_runs": first, "002_length": addsColumn });
  });
});
