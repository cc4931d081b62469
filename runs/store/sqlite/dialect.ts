/**
 * Kysely on node:sqlite: one connection, which one query or transaction uses at a time.
 *
 * Transactions take the write lock when they begin: of two that read first and write later, one would fail at once,
 * whatever the busy timeout. Waiting for the lock happens between attempts and not inside SQLite, which would block the
 * event loop.
 */
import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import { retryWhileLocked } from "./errors.ts";

/** Maximum number of cached prepared statements: more than the store has. */
const KEPT_STATEMENTS = 200;

/** Hooks of a dialect. */
export interface DialectHooks {
  /**
   * Throws if the database cannot be used any more. Called before and after each write or transaction, and after each
   * read.
   */
  check(): void;
  /** Called after each transaction, and each write outside of one. */
  onCommit(): void;
}

const NO_HOOKS: DialectHooks = { check() {}, onCommit() {} };

/** Creates a dialect on an open database, which is closed when Kysely is destroyed. */
export function sqliteDialect(database: DatabaseSync, hooks = NO_HOOKS): Dialect {
  const { check, onCommit } = hooks;
  const connection = connect(database, hooks);
  const driver: Driver = {
    init: () => Promise.resolve(),
    acquireConnection: () => Promise.resolve(connection),
    releaseConnection: () => Promise.resolve(),
    async beginTransaction() {
      check();
      await retryWhileLocked(() => database.exec("begin immediate"));
    },
    async commitTransaction() {
      await retryWhileLocked(() => database.exec("commit"));
      onCommit();
      check();
    },
    rollbackTransaction() {
      // After some errors, such as a full disk, SQLite has already rolled back.
      if (database.isTransaction) database.exec("rollback");
      return Promise.resolve();
    },
    destroy() {
      if (database.isOpen) database.close();
      return Promise.resolve();
    },
  };
  return {
    createDriver: () => driver,
    createAdapter: () => new TransactionalDdlAdapter(),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
}

/** SQLite can create tables within a transaction; Kysely's adapter denies it because of some migrations. */
class TransactionalDdlAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

function connect(database: DatabaseSync, { check, onCommit }: DialectHooks): DatabaseConnection {
  const kept = new Map<string, { statement: StatementSync; givesRows: boolean }>();
  const prepare = (sql: string) => {
    const found = kept.get(sql);
    if (found) return found;
    if (kept.size >= KEPT_STATEMENTS) kept.clear();
    const statement = database.prepare(sql);
    const prepared = { statement, givesRows: statement.columns().length > 0 };
    kept.set(sql, prepared);
    return prepared;
  };
  const execute = <Row>({ sql, parameters }: CompiledQuery): QueryResult<Row> => {
    const { statement, givesRows } = prepare(sql);
    const values = parameters as readonly SQLInputValue[];
    if (givesRows) return { rows: statement.all(...values) as Row[] };
    const { changes, lastInsertRowid } = statement.run(...values);
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
  };
  return {
    async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
      // A transaction holds the lock, so that no statement is retried.
      if (database.isTransaction) return execute(query);
      const writes = query.query.kind !== "SelectQueryNode";
      if (writes) check();
      const result = await retryWhileLocked(() => execute<Row>(query));
      if (writes) onCommit();
      check();
      return result;
    },
    streamQuery() {
      throw new TypeError("Cannot stream from SQLite: read pages instead.");
    },
  };
}
