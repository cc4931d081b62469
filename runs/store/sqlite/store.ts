/**
 * The store in one SQLite file, which the processes of one machine share. With write-ahead logging, readers and the
 * writer do not wait for each other.
 */
import { DatabaseSync } from "node:sqlite";
import { Kysely, sql } from "kysely";
import type { ColumnTypes } from "../sql/column_types.ts";
import type { RunStore } from "../store.ts";
import { migrate } from "../sql/migrate.ts";
import { allMigrations } from "../sql/migrations/all.ts";
import { createSqlStore } from "../sql/store.ts";
import { type CommitSignal, createCommitSignal } from "./commit_signal.ts";
import { sqliteDialect } from "./dialect.ts";
import { explainSqliteError, retryWhileLocked } from "./errors.ts";
import { type FileGuard, guardFiles } from "./file_guard.ts";
import type { Tables } from "../sql/tables.ts";
import { createNotifier } from "../notifier.ts";
import {
  MAX_WAIT_MS,
  SQLITE_POLL_MS,
  SQLITE_SIGNALLED_AFTER_MS,
  SQLITE_SIGNALLED_POLL_MS,
} from "../../timeouts.ts";

export const SQLITE_TYPES: ColumnTypes = {
  integer: "integer",
  number: "real",
  sortedText: "text",
  counter: "integer",
  counting: (column) => column.primaryKey().autoIncrement(),
};

/**
 * Every commit is on disk before it returns (FULL; fullfsync for macOS), so that it survives power loss. The busy
 * timeout is short, as it blocks the event loop; retryWhileLocked() waits longer. The first read makes all files.
 */
const PRAGMAS = `
  pragma busy_timeout = 50;
  pragma journal_mode = wal;
  pragma synchronous = full;
  pragma fullfsync = on;
  pragma foreign_keys = on;
  select 1 from sqlite_schema limit 1;
`;

/**
 * Opens the store in a file, which is created if it is missing. Its folder must exist.
 *
 * @throws {StoreUnavailableError} if the file cannot be used; the message states the cause and the remedy
 */
export async function openSqliteStore(path: string): Promise<RunStore> {
  let database: DatabaseSync | undefined;
  try {
    const opened = database = new DatabaseSync(path);
    await retryWhileLocked(() => opened.exec(PRAGMAS));
    const guard = guardFiles(path);
    const signal = createCommitSignal(`${path}-commits`);
    const hooks = { check: guard.check, onCommit: signal.send };
    const db = new Kysely<Tables>({ dialect: sqliteDialect(database, hooks) });
    await migrate(db, {
      migrations: allMigrations(SQLITE_TYPES),
      place: `'${path}'`,
      // A transaction holds the one write lock from its beginning.
      alone: (work) => db.transaction().execute((transaction) => work(transaction)),
    });
    return createStore(db, { database, guard, signal, path });
  } catch (error) {
    if (database?.isOpen) database.close();
    throw explainSqliteError(error, path);
  }
}

/** An open database. */
interface Opened {
  readonly database: DatabaseSync;
  readonly guard: FileGuard;
  readonly signal: CommitSignal;
  readonly path: string;
}

function createStore(db: Kysely<Tables>, { database, guard, signal, path }: Opened): RunStore {
  // Changes when another connection has committed.
  const versionQuery = database.prepare("pragma data_version");
  let version = readVersion();
  /** Times of the last signal, and of the last commit that was found by polling. */
  let [signalledAt, foundAt] = [0, -Infinity];
  let polling: ReturnType<typeof setTimeout> | undefined;
  const notifier = createNotifier(MAX_WAIT_MS, (hasWaiters) => {
    clearTimeout(polling);
    if (!hasWaiters) return;
    signal.listen(() => {
      signalledAt = performance.now();
      look();
    });
    pollSoon();
  });

  function pollSoon(): void {
    // A commit may be found a moment before its signal arrives.
    const areSignalled = signalledAt > foundAt ||
      performance.now() - foundAt > SQLITE_SIGNALLED_AFTER_MS;
    polling = setTimeout(() => {
      pollSoon();
      if (look()) foundAt = performance.now();
    }, areSignalled ? SQLITE_SIGNALLED_POLL_MS : SQLITE_POLL_MS);
  }

  /** A file that is missing or cannot be read counts as changed, so that waiters see the error. */
  function readVersion(): unknown {
    try {
      const missing = guard.missing();
      if (missing !== undefined) return missing;
      return database.isOpen ? versionQuery.get()?.["data_version"] : undefined;
    } catch (error) {
      return error;
    }
  }

  /** Wakes the waiters if there is something new, and returns whether there is. */
  function look(): boolean {
    const found = readVersion();
    if (found === version) return false;
    version = found;
    notifier.wake();
    return true;
  }

  return createSqlStore(db, {
    now: sql<number>`cast(unixepoch('subsec') * 1000 as integer)`,
    // A transaction holds the one write lock from its beginning.
    lock: (query) => query,
    orderChanges: () => Promise.resolve(),
    notify: () => Promise.resolve(),
    explain: (error) => explainSqliteError(error, path),
    // A commit of another process that was not noticed yet causes one superfluous notification.
    mark: notifier.mark,
    wake: notifier.wake,
    wait: notifier.wait,
    async close() {
      signal.close();
      await db.destroy();
      notifier.wake();
    },
  });
}
