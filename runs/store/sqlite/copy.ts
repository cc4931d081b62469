/** Copies of a SQLite database that is in use, and the check of such a copy. */
import { DatabaseSync } from "node:sqlite";
import { SQLITE_LOCK_TIMEOUT_MS } from "../../timeouts.ts";
import { StoreUnavailableError } from "../errors.ts";
import { explainSqliteError } from "./errors.ts";

/**
 * Copies a database to a file that does not exist yet: all that was committed, and nothing after it. Writers do not
 * wait.
 *
 * @throws {StoreUnavailableError} if it cannot be read or written; the message states the cause and the remedy
 */
export function copyDatabase(path: string, to: string): void {
  try {
    using database = new DatabaseSync(path, { readOnly: true, timeout: SQLITE_LOCK_TIMEOUT_MS });
    database.prepare("vacuum into ?").run(to);
  } catch (error) {
    throw explainSqliteError(error, path);
  }
}

/**
 * Checks that a copy is whole.
 *
 * @returns the number of its runs
 * @throws {StoreUnavailableError} if it is damaged or holds no runs
 */
export function checkDatabase(path: string): number {
  try {
    using database = new DatabaseSync(path, { readOnly: true });
    const [found] = database.prepare("pragma quick_check(1)").all();
    if (found?.["quick_check"] !== "ok") {
      throw new StoreUnavailableError(
        `Cannot use the database '${path}': it must be undamaged, got '${found?.["quick_check"]}'.`,
      );
    }
    return Number(database.prepare("select count(*) as runs from runs").get()?.["runs"]);
  } catch (error) {
    throw explainSqliteError(error, path);
  }
}
