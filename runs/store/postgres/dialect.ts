/**
 * Kysely on a pool of connections to PostgreSQL.
 * A connection whose session may be of no use is discarded instead of reused, and so are those that are older:
 * after a failover, they reach the same server. The error that ended a transaction is the one that is thrown.
 */
import {
  AbortedTransactionError,
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from "kysely";
import { DatabaseError, type Pool, type PoolClient } from "pg";

/** A connection of the pool. */
interface PooledConnection extends DatabaseConnection {
  /** Returns it to the pool, or discards it if its session may be of no use. */
  release(): void;
  /** Returns true once a statement got no answer. */
  isLost(): boolean;
}

/** A dialect on a pool, which it ends when Kysely is destroyed. */
export function postgresDialect(pool: Pool): Dialect {
  const inUse = new Map<DatabaseConnection, PooledConnection>();
  const sessions = trackSessions(pool);
  const driver: Driver = {
    init: () => Promise.resolve(),
    async acquireConnection() {
      const connection = await connect(pool, sessions);
      inUse.set(connection, connection);
      return connection;
    },
    releaseConnection(connection) {
      inUse.get(connection)?.release();
      inUse.delete(connection);
      return Promise.resolve();
    },
    async beginTransaction(connection) {
      // Independent of the server's default.
      await run(connection, "begin isolation level read committed");
    },
    async commitTransaction(connection) {
      const { rows: [answer] } = await run<{ readonly command: string }>(connection, "commit");
      // PostgreSQL rolls back a transaction in which a statement failed.
      if (answer?.command === "ROLLBACK") throw new AbortedTransactionError();
    },
    async rollbackTransaction(connection) {
      // PostgreSQL rolls back the transactions of lost connections itself. A session that answered is used until its
      // release, whatever it answered: what is asked next must not meet an aborted transaction.
      if (inUse.get(connection)?.isLost()) return;
      await run(connection, "rollback").catch(() => {});
    },
    destroy: () => pool.end(),
  };
  return {
    createDriver: () => driver,
    createAdapter: () => new PostgresAdapter(),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createIntrospector: (db) => new PostgresIntrospector(db),
  };
}

/** The ages of a pool's sessions. */
interface Sessions {
  isOutdated(client: PoolClient): boolean;
  /** Outdates all sessions that are open now. */
  outdate(): void;
}

function trackSessions(pool: Pool): Sessions {
  let generation = 0;
  const openedIn = new WeakMap<PoolClient, number>();
  pool.on("connect", (client) => openedIn.set(client, generation));
  return {
    isOutdated: (client) => (openedIn.get(client) ?? generation) < generation,
    outdate: () => void generation++,
  };
}

async function connect(pool: Pool, sessions: Sessions): Promise<PooledConnection> {
  let client = await pool.connect();
  while (sessions.isOutdated(client)) {
    client.release(true);
    client = await pool.connect();
  }
  let isUseless = false;
  let isLost = false;
  return {
    async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
      try {
        const { command, rows, rowCount } = await client.query(sql, [...parameters]);
        if (command === "COMMIT" || command === "ROLLBACK") return { rows: [{ command } as Row] };
        return { rows: rows as Row[], numAffectedRows: BigInt(rowCount ?? 0) };
      } catch (error) {
        if (!(error instanceof DatabaseError)) isLost = true;
        if (!isUseless && !isAboutStatement(error)) {
          isUseless = true;
          sessions.outdate();
        }
        throw error;
      }
    },
    streamQuery() {
      throw new TypeError("Cannot stream from PostgreSQL: read pages instead.");
    },
    release: () => client.release(isUseless),
    isLost: () => isLost,
  };
}

/**
 * SQLSTATEs that concern a statement, its data or its competitors: wrong and duplicate values, conflicts, lock and
 * statement timeouts.
 */
const ABOUT_STATEMENT = /^(22|23|40|55P03|57014)/;

/**
 * Reports whether the error leaves the session usable. After any other answer, such as of a server that only reads, a
 * new session may do better: names and proxies may lead it elsewhere. Without an answer, its state is unknown.
 */
function isAboutStatement(error: unknown): boolean {
  return error instanceof DatabaseError && ABOUT_STATEMENT.test(error.code ?? "");
}

function run<Row>(connection: DatabaseConnection, sql: string): Promise<QueryResult<Row>> {
  return connection.executeQuery<Row>(CompiledQuery.raw(sql));
}
