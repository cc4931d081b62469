/**
 * Kysely on a pool of connections to PostgreSQL.
 * Unlike Kysely's own driver, it discards a connection without a response at once instead of
 * reusing it. The error that ended a transaction is the one that is thrown, even when the
 * connection was lost with it.
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
import { DatabaseError, type Pool } from "pg";

/** A connection of the pool. */
interface PooledConnection extends DatabaseConnection {
  /** Returns it to the pool, or discards it if it is broken. */
  release(): void;
  isBroken(): boolean;
}

/** A dialect on a pool, which it ends when Kysely is destroyed. */
export function postgresDialect(pool: Pool): Dialect {
  const inUse = new Map<DatabaseConnection, PooledConnection>();
  const driver: Driver = {
    init: () => Promise.resolve(),
    async acquireConnection() {
      const connection = await connect(pool);
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
      // PostgreSQL rolls back the transactions of lost connections.
      if (inUse.get(connection)?.isBroken()) return;
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

async function connect(pool: Pool): Promise<PooledConnection> {
  const client = await pool.connect();
  let broken = false;
  return {
    async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
      try {
        const { command, rows, rowCount } = await client.query(sql, [...parameters]);
        if (command === "COMMIT" || command === "ROLLBACK") return { rows: [{ command } as Row] };
        return { rows: rows as Row[], numAffectedRows: BigInt(rowCount ?? 0) };
      } catch (error) {
        broken ||= !isAnswer(error);
        throw error;
      }
    },
    streamQuery() {
      throw new TypeError("Cannot stream from PostgreSQL: read pages instead.");
    },
    release: () => client.release(broken),
    isBroken: () => broken,
  };
}

/**
 * Reports whether the error came from the server; otherwise the state of the connection is unknown.
 */
function isAnswer(error: unknown): boolean {
  return error instanceof DatabaseError;
}

function run<Row>(connection: DatabaseConnection, sql: string): Promise<QueryResult<Row>> {
  return connection.executeQuery<Row>(CompiledQuery.raw(sql));
}
