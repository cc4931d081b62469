/**
 * The PostgreSQL store: the contract, and what goes wrong with servers and the way to them.
 */
import { until } from "../../support/until.ts";
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { assertFails } from "../../support/errors.ts";
import { after, afterEach, before, beforeEach, describe, it } from "@std/testing/bdd";
import { dirname, join } from "node:path";
import { Kysely, sql } from "kysely";
import { Client, Pool } from "pg";
import { workerPermissions } from "../../../runs/trainer/permissions.ts";
import { StoreUnavailableError } from "../../../runs/store/errors.ts";
import type { RunStore } from "../../../runs/store/store.ts";
import { openPostgresStore, POSTGRES_TYPES } from "../../../runs/store/postgres/store.ts";
import { postgresDialect } from "../../../runs/store/postgres/dialect.ts";
import {
  type PostgresServer,
  postgresSkipReason,
  startPostgres,
} from "../../../tools/postgres_server.ts";
import { openIn } from "./open_in.ts";
import { testCheckpointNames } from "./checkpoint_name_contract.ts";
import { testDescriptions } from "./description_contract.ts";
import { aSpec, readAll } from "../../support/fake_run.ts";
import { present } from "../../support/present.ts";
import { writeOldDatabase } from "./old_database.ts";
import { type LossyProxy, startProxy } from "./lossy_proxy.ts";
import { testQueue } from "./queue_contract.ts";
import { itWithDisk, smallDisk } from "../../support/small_disk.ts";
import { testStore } from "./store_contract.ts";
import { testWebhooks } from "./webhook_contract.ts";

/** A commit as it is sent. */
const COMMIT = "commit\0";

if (postgresSkipReason) console.warn(`The tests of PostgreSQL are skipped: ${postgresSkipReason}.`);

describe("PostgreSQL", { ignore: postgresSkipReason !== undefined }, () => {
  let server: PostgresServer;
  before(async () => {
    server = await startPostgres({ max_connections: "30" });
  });
  after(() => server.remove());

  // A schema for each test: it is made faster than a database.
  let schemas = 0;
  const makeDatabase = async () => {
    const schema = `test${++schemas}`;
    await server.query(`create schema ${schema}`);
    const place = `${server.url()}?options=-c%20search_path%3D${schema}`;
    return {
      place,
      open: () => openPostgresStore(place),
      writeOld: () =>
        writeOldDatabase(
          new Kysely({ dialect: postgresDialect(new Pool({ connectionString: place })) }),
          POSTGRES_TYPES,
        ),
      remove: async () => void await server.query(`drop schema ${schema} cascade`),
    };
  };
  testStore("PostgreSQL", makeDatabase);
  testDescriptions("PostgreSQL", makeDatabase);
  testCheckpointNames("PostgreSQL", makeDatabase);
  testQueue("PostgreSQL", makeDatabase);
  testWebhooks("PostgreSQL", makeDatabase);

  const nameOf = (url: string) => new URL(url).pathname.slice(1);
  const change = (url: string, work: (url: URL) => void) => {
    const changed = new URL(url);
    work(changed);
    return changed.href;
  };
  /** Ends all sessions of a database, and waits until the store has noticed it. */
  const disconnect = async (store: RunStore, url: string) => {
    await server.query(
      `select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = '${
        nameOf(url)
      }'`,
    );
    await until("the store reads in a new session", async () => {
      try {
        await store.lastChange();
        return true;
      } catch (error) {
        assert(error instanceof StoreUnavailableError && error.mayPass, `${error}`);
        return false;
      }
    });
  };
  const unavailable = (pattern: RegExp) => (error: unknown) =>
    error instanceof StoreUnavailableError && pattern.test(error.message);
  const assertUnavailable = (work: Promise<unknown> | (() => Promise<unknown>), pattern: RegExp) =>
    assertFails(work, unavailable(pattern));

  describe("openPostgresStore()", () => {
    let url: string;
    beforeEach(async () => {
      url = await server.createDatabase();
    });

    it("keeps what was written for the next time", async () => {
      const first = await openPostgresStore(url);
      const { run } = await first.create({ name: "r", spec: aSpec() });
      await first.close();
      const second = await openPostgresStore(url);
      assertEquals(await second.get(run.id), run);
      await second.close();
    });

    it("may be called by several at once on a new database", async () => {
      const stores = await Promise.all(Array.from({ length: 8 }, () => openPostgresStore(url)));
      for (const store of stores) await store.create({ name: "r", spec: aSpec() });
      assertEquals((await present(stores[0]).list({ first: 1 })).totalCount, 8);
      for (const store of stores) await store.close();
    });

    it("keeps to the schema that the URL names", async () => {
      await server.query("create schema ours; create table public.runs(x int)", nameOf(url));
      const store = await openPostgresStore(`${url}?options=-c%20search_path%3Dours`);
      await store.create({ name: "r", spec: aSpec() });
      assertEquals((await store.list({ first: 1 })).totalCount, 1);
      await store.close();
      assertEquals(await server.query("select * from public.runs", nameOf(url)), []);
      assertEquals((await server.query("select * from ours.runs", nameOf(url))).length, 1);
    });

    it("needs the way to the database and no other network, by address, name or socket", async () => {
      const socket = `postgres:///${nameOf(url)}?user=tester&port=${server.port}&host=${
        dirname(server.folder)
      }`;
      for (const place of [url, change(url, (url) => url.hostname = "localhost"), socket]) {
        const flags = workerPermissions({ home: ".", databaseUrl: place });
        assert(!flags.includes("--allow-net") && !flags.includes("--allow-read"));
        assertEquals(await openIn(place, flags), "opened");
        const none = flags.filter((flag) => !flag.startsWith("--allow-net"));
        if (place !== socket) {
          assertMatch(await openIn(place, none), /allowed to connect.*--allow-net/);
        }
      }
      const secret = workerPermissions({
        home: ".",
        databaseUrl: "postgres://me:hunter2@db:6543/e",
      });
      assert(secret.includes("--allow-net=db:6543") && !secret.join().includes("hunter2"));
    });

    it("tells the time by the database's clock, whatever this machine's says", async () => {
      const store = await openPostgresStore(url);
      const now = Date.now;
      const before = now();
      try {
        Date.now = () => 0;
        const { run } = await store.create({ name: "r", spec: aSpec() });
        assert(Date.parse(run.createdAt) > before - 60_000);
        assert(await store.claim({ worker: "first", leaseMs: 60_000 }));
        Date.now = () => now() + 86_400_000;
        assertEquals(await store.claim({ worker: "second", leaseMs: 60_000 }), undefined);
      } finally {
        Date.now = now;
      }
      await store.close();
    });

    it("says where no server is, without the password", async () => {
      const must = unavailable(
        /me@127\.0\.0\.1:1\/db: the server must run.*ECONNREFUSED.*Start it/,
      );
      await assertFails(
        openPostgresStore("postgres://me:hunter2@127.0.0.1:1/db"),
        (error) => must(error) && !/hunter2/.test(String(error)),
      );
      const unknown = openPostgresStore("postgres://me@none.invalid/db");
      await assertUnavailable(unknown, /none\.invalid/);
    });

    it("says what is wrong with a URL, without showing it", async () => {
      const form = unavailable(/postgresql:\/\/USER:PASSWORD.*%40/);
      for (const wrong of ["mysql://me:hunter2@db/x", "postgres://me:hun#ter2@db/x"]) {
        await assertFails(
          openPostgresStore(wrong),
          (error) => form(error) && !/ter2/.test(`${error}`),
        );
      }
    });

    it("says that the database is not there", async () => {
      const missing = openPostgresStore(server.url("missing"));
      await assertUnavailable(missing, /must be there.*"missing" does not exist.*createdb/);
    });

    it("says that a newer version wrote it", async () => {
      await (await openPostgresStore(url)).close();
      await server.query("insert into kysely_migration values ('999_future', '2030')", nameOf(url));
      await assertUnavailable(openPostgresStore(url), /'999_future'.*newer version/);
    });

    it("says that its encoding cannot hold every text", async () => {
      await server.query(
        "create database latin encoding 'LATIN1' lc_collate 'C' lc_ctype 'C' template template0",
      );
      await assertUnavailable(openPostgresStore(server.url("latin")), /must be UTF8.*LATIN1/);
    });

    it("says that its user may make no tables", async () => {
      await server.query("create role guest login");
      const opening = openPostgresStore(change(url, (url) => url.username = "guest"));
      await assertUnavailable(opening, /create tables.*permission denied.*own the database/);
    });

    it("says that the database takes no writes", async () => {
      await (await openPostgresStore(url)).close();
      await server.query(`alter database ${nameOf(url)} set default_transaction_read_only = on`);
      const store = await openPostgresStore(url);
      assertEquals((await store.list({ first: 1 })).totalCount, 0);
      const created = store.create({ name: "r", spec: aSpec() });
      await assertUnavailable(created, /must take writes.*read-only.*primary/);
      await store.close();
    });

    it("says that it takes no writes before one is tried", async () => {
      const store = await openPostgresStore(url);
      await store.checkWritable();
      await server.query(`alter database ${nameOf(url)} set default_transaction_read_only = on`);
      await disconnect(store, url);
      await assertUnavailable(store.checkWritable(), /must take writes/);
      await store.close();
    });

    it("writes again at once when new sessions may, however many old ones may not", async () => {
      const store = await openPostgresStore(url);
      await server.query(`alter database ${nameOf(url)} set default_transaction_read_only = on`);
      await disconnect(store, url);
      const readAtOnce = () =>
        Promise.all(Array.from({ length: 5 }, () => store.list({ first: 1 })));
      await readAtOnce();
      await server.query(`alter database ${nameOf(url)} reset default_transaction_read_only`);
      await readAtOnce();
      const create = () => store.create({ name: "r", spec: aSpec() });
      // The first write finds out.
      await assertUnavailable(create, /must take writes/);
      for (let write = 1; write <= 5; write++) await create();
      await store.close();
    });

    it("keeps a session after a conflict, and no session after an answer that condemns it", async () => {
      const pool = new Pool({ connectionString: url, max: 1 });
      const db = new Kysely<never>({ dialect: postgresDialect(pool) });
      const session = async () =>
        (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db)).rows[0]?.pid;
      const answer = (state: string) =>
        sql.raw(`do $$ begin raise 'answered' using errcode = '${state}'; end $$`).execute(db);
      for (const state of ["22003", "23505", "40001", "40P01", "55P03", "57014"]) {
        const before = await session();
        await assertRejects(() => answer(state));
        assertEquals([state, await session()], [state, before]);
      }
      const condemning = ["25006", "57P05", "08003", "08P01", "26000", "42P05", "0A000", "42501"];
      for (const state of [...condemning, "42P01", "3F000", "28000", "53200", "58030", "XX000"]) {
        const before = await session();
        await assertRejects(() => answer(state));
        assertEquals([state, await session() === before], [state, false]);
      }
      await db.destroy();
    });

    it("replaces sessions that have grown old, as a new one may reach another server", async () => {
      const store = await openPostgresStore(url, { connections: 1, sessionMs: 1_000 });
      const seen = new Set<unknown>();
      await until("two sessions were seen, one after the other", async () => {
        await store.list({ first: 1 });
        const sessions = await server.query(
          `select pid from pg_stat_activity where datname = '${nameOf(url)}'`,
        );
        // The server lists one that ends for a moment longer.
        if (sessions.length > 1) return false;
        for (const { pid } of sessions) seen.add(pid);
        return seen.size > 1;
      });
      await store.close();
    });

    it("says that the server takes no more connections, and goes on when it does", async () => {
      await (await openPostgresStore(url)).close(); // Makes the tables.
      const store = await openPostgresStore(url, { connections: 2 });
      const [row] = await server.query(
        "select current_setting('max_connections')::int as most, count(*)::int as used from pg_stat_activity " +
          "where backend_type = 'client backend'",
      );
      const free = Number(row?.["most"]) - Number(row?.["used"]) + 1; // One was the query's own.
      const holders = Array.from({ length: free }, () => new Client(server.url()));
      await Promise.allSettled(holders.map((holder) => holder.connect()));
      const full = /connection free.*too many clients.*max_connections/;
      await assertUnavailable(openPostgresStore(url), full);
      assertEquals((await store.list({ first: 1 })).totalCount, 0); // It has its own.
      await Promise.all(holders.map((holder) => holder.end()));
      await (await openPostgresStore(url)).close();
      await store.close();
    });

    it("undoes all of a migration that fails, and says why", async () => {
      await server.query("create table workers(x int)", nameOf(url)); // The last table that is made.
      await assertFails(openPostgresStore(url), /relation "workers" already exists/);
      const tables = await server.query(
        "select table_name as name from information_schema.tables where table_schema = 'public'",
        nameOf(url),
      );
      assert(!tables.some(({ name }) => name === "runs" || name === "events"));
    });
  });

  describe("a PostgreSQL server that asks for a password", () => {
    let strict: PostgresServer;
    before(async () => {
      strict = await startPostgres();
      await strict.query("create role trainer login superuser password 'p@ss/#1'");
      await strict.stop();
      await Deno.writeTextFile(
        join(strict.folder, "pg_hba.conf"),
        "host all trainer 127.0.0.1/32 scram-sha-256\n",
      );
      await strict.start();
    });
    after(() => strict.remove());

    it("is given the one in the URL", async () => {
      const url = strict.url().replace("tester@", "trainer:p%40ss%2F%231@");
      await (await openPostgresStore(url)).close();
    });

    it("is given the one in PGPASSWORD, and whatever else the URL leaves out", async () => {
      const variables = {
        PGHOST: "127.0.0.1",
        PGPORT: String(strict.port),
        PGUSER: "trainer",
        PGPASSWORD: "p@ss/#1",
        PGDATABASE: "postgres",
      };
      for (const [name, value] of Object.entries(variables)) Deno.env.set(name, value);
      try {
        for (const url of [strict.url().replace("tester@", "trainer@"), "postgres://"]) {
          assertEquals(await openAsWorker(url), "opened");
        }
      } finally {
        for (const name of Object.keys(variables)) Deno.env.delete(name);
      }
    });

    it("refuses a wrong one, a missing one and a stranger, each in its own words", async () => {
      const as = (who: string) => openPostgresStore(strict.url().replace("tester@", `${who}@`));
      await assertUnavailable(as("trainer:hunter2"), /let this user in.*authentication failed/);
      await assertUnavailable(as("trainer"), /let this user in.*password must be/);
      await assertUnavailable(as("stranger"), /let this user in.*no pg_hba\.conf entry/);
      const error = await assertRejects(() => as("trainer:hunter2"));
      assert(!/hunter2/.test(String(error)));
    });
  });

  const openssl = hasOpenssl();
  describe("a PostgreSQL server that speaks TLS", {
    ignore: Boolean(openssl ? false : "no openssl"),
  }, () => {
    let secure: PostgresServer;
    let certificate: string;
    /** A client's. */
    let own: string;
    before(async () => {
      secure = await startPostgres();
      await secure.query("create role owner login superuser");
      await secure.stop();
      certificate = makeCertificate(secure.folder, "server", "IP:127.0.0.1");
      own = makeCertificate(secure.folder, "owner", "DNS:owner");
      const settings = `ssl = on\nssl_ca_file = '${own}'\n`;
      await Deno.writeTextFile(join(secure.folder, "postgresql.conf"), settings, { append: true });
      await Deno.writeTextFile(
        join(secure.folder, "pg_hba.conf"),
        "hostssl all owner 127.0.0.1/32 cert\nhostssl all all 127.0.0.1/32 trust\n",
      );
      await secure.start();
    });
    after(() => secure.remove());

    it("is reached by sslmode=require, and by verify-ca and verify-full with its authority", async () => {
      const authority = `sslrootcert=${certificate}`;
      for (const mode of ["require", `verify-ca&${authority}`, `verify-full&${authority}`]) {
        assertEquals(await openAsWorker(`${secure.url()}?sslmode=${mode}`), "opened");
      }
    });

    it("may have another name than its certificate, but not with verify-full", async () => {
      const url = `${secure.url().replace("127.0.0.1", "localhost")}?sslrootcert=${certificate}`;
      assertEquals(await openAsWorker(`${url}&sslmode=verify-ca`), "opened");
      assertMatch(
        await openAsWorker(`${url}&sslmode=verify-full`),
        /must be one for the name.*verify-ca/,
      );
    });

    it("knows its clients by their certificates", async () => {
      const url = `${secure.url().replace("tester@", "owner@")}?sslmode=require`;
      const key = own.replace(/crt$/, "key");
      assertEquals(await openAsWorker(`${url}&sslcert=${own}&sslkey=${key}`), "opened");
      assertMatch(await openAsWorker(url), /let this user in.*client certificate/);
    });

    it("is refused where it must be trusted and is not, and refuses who does not encrypt", async () => {
      const open = (url: string, query = "") => openPostgresStore(url + query);
      const untrusted = /must be one that this machine trusts.*self.signed.*sslrootcert/;
      await assertUnavailable(open(secure.url(), "?sslmode=verify-full"), untrusted);
      await assertUnavailable(open(secure.url()), /no encryption.*sslmode=require/);
      await assertUnavailable(open(server.url(), "?sslmode=require"), /must speak TLS/);
    });
  });

  describe("a store whose PostgreSQL server fails", () => {
    let own: PostgresServer;
    let url: string;
    let store: RunStore;
    before(async () => {
      own = await startPostgres();
    });
    after(() => own.remove());
    beforeEach(async () => {
      url = await own.createDatabase();
      store = await openPostgresStore(url);
    });
    afterEach(() => store.close());

    for (const how of ["stop", "kill"] as const) {
      it(`says so after a ${how}, and goes on when it is back`, async () => {
        const { run } = await store.create({ name: "r", spec: aSpec() });
        await own[how]();
        // More calls than connections: none may be left hanging.
        const calls = Array.from({ length: 30 }, () => store.get(run.id));
        await Promise.all(calls.map((call) => assertUnavailable(call, /must (run|stay)/)));
        await assertUnavailable(store.create({ name: "s", spec: aSpec() }), /must (run|stay)/);
        await own.start();
        assertEquals(await store.get(run.id), run);
        assertEquals((await store.create({ name: "s", spec: aSpec() })).created, true);
      });
    }

    it("leaves no call hanging that is under way when the server is killed", async () => {
      let isOver = false;
      let [done, failed] = [0, 0];
      const caller = async () => {
        while (!isOver) {
          try {
            await store.create({ name: "r", spec: aSpec() });
            done++;
          } catch (error) {
            if (!(error instanceof StoreUnavailableError)) throw error;
            failed++;
          }
        }
      };
      const calling = Promise.all(Array.from({ length: 12 }, caller));
      for (let round = 1; round <= 3; round++) {
        const before = done;
        await until("twenty more are appended", () => done >= before + 20);
        await own.kill();
        await own.start();
      }
      isOver = true;
      await calling;
      assert(failed > 0);
      // What was acknowledged is there; what was not may be.
      const { totalCount } = await store.list({ first: 1 });
      assert(totalCount >= done && totalCount <= done + failed);
    });

    it("answers within seconds when the server does not, and goes on when it does", async () => {
      const { run } = await store.create({ name: "r", spec: aSpec() });
      own.freeze();
      const calls = [
        ...Array.from({ length: 15 }, () => store.get(run.id)),
        store.create({ name: "s", spec: aSpec() }),
        openPostgresStore(url),
      ];
      await Promise.all(calls.map((call) => assertUnavailable(call, /must (answer|run)/)));
      own.thaw();
      assertEquals(await store.get(run.id), run);
    });

    itWithDisk("says that its disk is full, and goes on when there is room", async () => {
      using disk = present(smallDisk("20m"));
      const data = Deno.statSync(own.folder);
      Deno.chownSync(disk.path, data.uid, data.gid);
      await own.query(`create tablespace small location '${disk.path}'`);
      await own.query("create database small tablespace small");
      const store = await openPostgresStore(own.url("small"));
      let written = 0;
      // Nothing that can be compressed.
      const name = crypto.getRandomValues(new Uint8Array(30_000)).toHex();
      const fill = async () => {
        for (;; written++) await store.create({ name, spec: aSpec() });
      };
      await assertUnavailable(fill(), /space left on the server's disk.*Free some/);
      assert(written > 10);
      assertEquals((await store.list({ first: 1 })).totalCount, written);
      disk.resize("40m");
      assertEquals((await store.create({ name, spec: aSpec() })).created, true);
      assertEquals((await store.list({ first: 1 })).totalCount, written + 1);
      await store.close();
      await own.query("drop database small");
      await own.query("drop tablespace small");
    });

    it("wakes readers again after the connection that listens was lost", async () => {
      const writer = await openPostgresStore(url);
      /** Waits for a wake-up: wait() also returns without one after a while. */
      const woken = async (mark: number) => {
        const patience = AbortSignal.timeout(20_000);
        while (store.mark() === mark) {
          if (patience.aborted) throw new Error("The reader must be woken, and was not.");
          await store.wait(mark, patience);
        }
      };
      const listeners = () =>
        own.query("select pid from pg_stat_activity where query like 'listen%'", nameOf(url));
      await woken(store.mark()); // It listens.
      for (let round = 0; round < 2; round++) {
        const mark = store.mark();
        await writer.create({ name: "r", spec: aSpec() });
        await woken(mark);
        const [listener] = await listeners();
        const lost = store.mark();
        await own.query(`select pg_terminate_backend(${listener?.["pid"]}, 10000)`);
        await woken(lost); // It listens again: something may have been written meanwhile.
      }
      assertEquals((await listeners()).length, 1);
      await writer.close();
    });
  });

  describe("a store whose connection fails", () => {
    let url: string;
    let store: RunStore;
    let proxy: LossyProxy;
    let remote: RunStore;
    beforeEach(async () => {
      url = await server.createDatabase();
      store = await openPostgresStore(url);
      proxy = startProxy(server.port);
      remote = await openPostgresStore(change(url, (url) => url.port = String(proxy.port)));
    });
    afterEach(async () => {
      await remote.close();
      await proxy.close();
      await store.close();
    });

    it("appends once although the answer to its commit was lost", async () => {
      const { run } = await store.create({ name: "r", spec: aSpec() });
      const claim = present(await remote.claim({ worker: "w", leaseMs: 60_000 }));
      const events = [{ type: "log", level: "info", message: "x" }] as const;
      const caught = proxy.catchAnswerTo(COMMIT, "break");
      await assertUnavailable(remote.append(claim, 1, events), /must stay reachable.*not known/);
      await caught;
      assertEquals((await readAll(store, run.id)).length, 3); // It was written all the same.
      assertEquals((await remote.append(claim, 1, events)).snapshot.lastSeq, 3);
      assertEquals((await readAll(store, run.id)).length, 3);
      assertEquals((await remote.append(claim, 2, events)).snapshot.lastSeq, 4);
    });

    it("writes a run once although the answer to its commit was lost", async () => {
      const order = { name: "r", spec: aSpec(), idempotencyKey: "k" };
      const caught = proxy.catchAnswerTo(COMMIT, "break");
      await assertUnavailable(remote.create(order), /must stay reachable/);
      await caught;
      assertEquals((await remote.create(order)).created, false);
      assertEquals((await store.list({ first: 1 })).totalCount, 1);
    });

    it("blocks no other for long when it falls silent in the middle of a transaction", async () => {
      await store.create({ name: "r", spec: aSpec() });
      const claim = present(await store.claim({ worker: "w", leaseMs: 60_000 }));
      const events = [{ type: "log", level: "info", message: "x" }] as const;
      const caught = proxy.catchAnswerTo("for update", "hold");
      const silent = assertUnavailable(remote.append(claim, 1, events), /must answer/);
      await caught;
      assertEquals((await store.append(claim, 1, events)).snapshot.lastSeq, 3);
      await silent;
    });
  });
});

/** Returns what open_store.ts prints about a database, with the permissions of a worker. */
function openAsWorker(url: string): Promise<string> {
  return openIn(url, workerPermissions({ home: ".", databaseUrl: url }));
}

function hasOpenssl(): boolean {
  try {
    return new Deno.Command("openssl", { args: ["version"], stdout: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

/** Makes a certificate, which nobody but itself vouches for, and its key beside it. */
function makeCertificate(folder: string, name: string, altName: string): string {
  const [certificate, key] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
  const subject = ["-subj", `/CN=${name}`, "-addext", `subjectAltName=${altName}`];
  const { success, stderr } = new Deno.Command("openssl", {
    args: [
      ...["req", "-x509", "-newkey", "rsa:2048", "-days", "2", "-nodes", ...subject],
      ...["-out", certificate, "-keyout", key],
    ],
  }).outputSync();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  // The server takes a key that only its user can read.
  const { uid, gid } = Deno.statSync(folder);
  if (Deno.uid() === 0) Deno.chownSync(key, uid, gid);
  Deno.chmodSync(key, 0o600);
  return certificate;
}
