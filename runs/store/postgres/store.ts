/**
 * The store in PostgreSQL, shared by any number of servers and workers on any number of machines. It uses the
 * database's clock and wakes readers by NOTIFY. Each call ends within seconds, also if the database fails.
 */
import { Kysely, sql } from "kysely";
import { Client, type ClientConfig, Pool, type PoolConfig, types } from "pg";
import { StoreUnavailableError } from "../errors.ts";
import type { ColumnTypes } from "../sql/column_types.ts";
import type { RunStore } from "../store.ts";
import { migrate } from "../sql/migrate.ts";
import { allMigrations } from "../sql/migrations/all.ts";
import { postgresDialect } from "./dialect.ts";
import { explainPostgresError } from "./errors.ts";
import { listen, type Listener } from "./listener.ts";
import { clientConfig, parsePostgresUrl } from "./location.ts";
import { createSqlStore } from "../sql/store.ts";
import type { Tables } from "../sql/tables.ts";
import { createNotifier } from "../notifier.ts";
import {
  LISTENER_LINGER_MS,
  MAX_WAIT_MS,
  POSTGRES_ANSWER_TIMEOUT_MS,
  POSTGRES_CONNECT_TIMEOUT_MS,
  POSTGRES_IDLE_TRANSACTION_MS,
  POSTGRES_MIGRATION_LOCK_MS,
  POSTGRES_SESSION_MS,
  POSTGRES_STATEMENT_TIMEOUT_MS,
} from "../../timeouts.ts";

export const POSTGRES_TYPES: ColumnTypes = {
  integer: "bigint",
  number: "double precision",
  sortedText: sql`text collate "C"`,
  counter: "bigint",
  counting: (column) => column.generatedAlwaysAsIdentity().primaryKey(),
};

/** Maximum number of connections, without the listener. Each is a process of the database server. */
const CONNECTIONS = 10;

/** Channel of notifications. */
const CHANNEL = "epochql";

/** Keys of advisory locks: arbitrary numbers that other applications are unlikely to use. */
const MIGRATION_LOCK = 7_305_111_899_104_113;
const CHANGES_LOCK = 7_305_111_899_104_114;

/** Parser of bigint, which arrives as text: our values are safe integers. */
const INT8 = types.builtins.INT8;
const numbers: ClientConfig["types"] = {
  getTypeParser: (type, format) => type === INT8 ? Number : types.getTypeParser(type, format),
};

/**
 * Opens the store in an existing database. Missing tables are created.
 *
 * @param url postgresql://user:password@host:port/database
 * @param options.connections maximum number, without the listener
 * @param options.sessionMs age at which a connection is replaced
 * @throws {StoreUnavailableError} if the database cannot be used; the message states the cause and the remedy
 */
export async function openPostgresStore(
  url: string,
  { connections = CONNECTIONS, sessionMs = POSTGRES_SESSION_MS }: {
    readonly connections?: number;
    readonly sessionMs?: number;
  } = {},
): Promise<RunStore> {
  const place = parsePostgresUrl(url).shown;
  const config: ClientConfig = {
    application_name: "epochql",
    connectionTimeoutMillis: POSTGRES_CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: numbers,
    ...clientConfig(url),
  };
  const impatient: ClientConfig = {
    ...config,
    statement_timeout: POSTGRES_STATEMENT_TIMEOUT_MS,
    query_timeout: POSTGRES_ANSWER_TIMEOUT_MS,
    idle_in_transaction_session_timeout: POSTGRES_IDLE_TRANSACTION_MS,
  };
  const db = connect({ ...impatient, max: connections, maxLifetimeSeconds: sessionMs / 1000 });
  try {
    await migrate(db, {
      migrations: allMigrations(POSTGRES_TYPES),
      place,
      alone: (work) => alone({ ...config, lock_timeout: POSTGRES_MIGRATION_LOCK_MS }, place, work),
    });
    return createStore(db, impatient, place);
  } catch (error) {
    await db.destroy();
    throw explainPostgresError(error, place);
  }
}

/**
 * Describes a database without changing it.
 * @throws {StoreUnavailableError} if it cannot be used; the message states the cause and the remedy
 */
export async function checkPostgres(
  url: string,
): Promise<{ readonly version: string; readonly hasRuns: boolean }> {
  const client = new Client({
    connectionTimeoutMillis: POSTGRES_CONNECT_TIMEOUT_MS,
    ...clientConfig(url),
  });
  client.on("error", () => {});
  try {
    await client.connect();
    const { rows: [found] } = await client.query<{ version: string; runs: string | null }>(
      "select current_setting('server_version') as version, to_regclass('runs')::text as runs",
    );
    return { version: found?.version ?? "", hasRuns: (found?.runs ?? null) !== null };
  } catch (error) {
    throw explainPostgresError(error, parsePostgresUrl(url).shown);
  } finally {
    await client.end();
  }
}

function connect(config: PoolConfig): Kysely<Tables> {
  const pool = new Pool(config);
  // The loss of an idle connection is no error; queries on one in use fail by themselves.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  return new Kysely<Tables>({ dialect: postgresDialect(pool) });
}

/** Parses the topics of a notification; undefined if it was sent by another version, which may mean any topic. */
function topicsOf(payload: string | undefined): readonly string[] | undefined {
  try {
    const topics: unknown = JSON.parse(payload ?? "");
    return Array.isArray(topics) ? topics.map(String) : undefined;
  } catch {
    return undefined;
  }
}

/** Runs a migration in a transaction while no other process migrates. */
async function alone(
  config: ClientConfig,
  place: string,
  work: (db: Kysely<Tables>, schema: string) => Promise<void>,
): Promise<void> {
  const db = connect({ ...config, max: 1 });
  try {
    await db.connection().execute(async (db) => {
      await sql`select pg_advisory_lock(${sql.lit(MIGRATION_LOCK)})`.execute(db);
      const { rows: [found] } = await sql<{ encoding: string; schema: string | null }>`
        select current_setting('server_encoding') as encoding, current_schema() as schema`
        .execute(db);
      if (found?.encoding !== "UTF8") {
        throw new StoreUnavailableError(
          `Cannot use the database ${place}: its encoding must be UTF8, got '${found?.encoding}'. ` +
            "Make another with: create database … encoding 'UTF8' template template0.",
        );
      }
      await work(db, found.schema ?? "public");
    });
  } finally {
    // Releases the lock, too.
    await db.destroy();
  }
}

function createStore(db: Kysely<Tables>, config: ClientConfig, place: string): RunStore {
  let listener: Listener | undefined;
  let lingering: ReturnType<typeof setTimeout> | undefined;
  const notifier = createNotifier(MAX_WAIT_MS, (hasWaiters) => {
    clearTimeout(lingering);
    if (hasWaiters) {
      listener ??= listen(config, CHANNEL, (payload) => notifier.wake(topicsOf(payload)));
    } else lingering = setTimeout(stopListening, LISTENER_LINGER_MS);
  });

  async function stopListening(): Promise<void> {
    const stopped = listener;
    listener = undefined;
    await stopped?.close();
  }

  return createSqlStore(db, {
    // now() is constant during a transaction, also while it waits for a lock.
    now: sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`,
    lock: (query, mode) => mode === "skip" ? query.forUpdate().skipLocked() : query.forUpdate(),
    async orderChanges(transaction) {
      await sql`select pg_advisory_xact_lock(${sql.lit(CHANGES_LOCK)})`.execute(transaction);
    },
    async notify(transaction, topics) {
      const payload = JSON.stringify(topics);
      await sql`select pg_notify(${sql.lit(CHANNEL)}, ${payload})`.execute(transaction);
    },
    explain: (error) => explainPostgresError(error, place),
    mark: notifier.mark,
    wake: notifier.wake,
    wait: notifier.wait,
    async close() {
      notifier.wake();
      clearTimeout(lingering);
      await stopListening();
      await db.destroy();
    },
  });
}
