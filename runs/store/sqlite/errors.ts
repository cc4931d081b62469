/**
 * Explains errors of SQLite. Deno reports most of them without a code, so they are distinguished by
 * their messages, which SQLite has not changed in decades.
 */
import { StoreUnavailableError } from "../errors.ts";
import {
  MAX_SQLITE_LOCK_RETRY_MS,
  SQLITE_LOCK_RETRY_MS,
  SQLITE_LOCK_TIMEOUT_MS,
} from "../../timeouts.ts";
import { retry } from "../../../lib/retry.ts";

const LOCKED = /database (table |schema )?is locked/;

/** Rule and remedy by SQLite's message. */
const MEANINGS: readonly (readonly [text: RegExp, wrong: string, advice: string])[] = [
  [
    /file is not a database|malformed/,
    "the file must be an undamaged SQLite database",
    "Restore a copy, or move it and the files beside it away to start afresh",
  ],
  [
    /unable to open database file|Requires \w+ access/,
    "its folder must exist, and be one that this user may write to",
    "Make it so, or choose another folder with EPOCHQL_HOME",
  ],
  [
    /readonly database/,
    "the file and its folder must be writable for this user",
    "Make them so, or choose another folder with EPOCHQL_HOME",
  ],
  [
    /disk is full/,
    "there must be space left on its disk",
    "Free some; nothing was half-written",
  ],
  [
    LOCKED,
    `no other process may hold it locked for longer than ${SQLITE_LOCK_TIMEOUT_MS / 1000} s`,
    "Stop the one that does",
  ],
  [
    /disk I\/O error/,
    "its disk must be readable and writable",
    "Look at the disk and its free space",
  ],
];

/**
 * Converts errors of SQLite to StoreUnavailableError. Returns other errors unchanged.
 *
 * @param path the database file
 */
export function explainSqliteError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !isSqliteError(error)) return error;
  const meaning = MEANINGS.find(([text]) => text.test(error.message));
  if (!meaning) return error;
  const [, wrong, advice] = meaning;
  return new StoreUnavailableError(
    `Cannot use the database '${path}': ${wrong}, got '${error.message}'. ${advice}.`,
    { cause: error },
  );
}

/** Retries `work` while another process locks the database, for at most SQLITE_LOCK_TIMEOUT_MS. */
export function retryWhileLocked<T>(work: () => T): Promise<T> {
  const deadline = performance.now() + SQLITE_LOCK_TIMEOUT_MS;
  return retry(() => Promise.try(work), {
    pauseMs: SQLITE_LOCK_RETRY_MS,
    maxPauseMs: MAX_SQLITE_LOCK_RETRY_MS,
    isTransient: (error) => isLocked(error) && performance.now() <= deadline,
  });
}

function isLocked(error: unknown): boolean {
  return error instanceof Error && isSqliteError(error) && LOCKED.test(error.message);
}

function isSqliteError(error: Error): boolean {
  return "code" in error && error.code === "ERR_SQLITE_ERROR";
}
