/**
 * Opens the store of this installation: a PostgreSQL database if one is configured, else a SQLite file in its folder.
 */
import { join } from "node:path";
import { errorMessage } from "../../lib/error_message.ts";
import { StoreUnavailableError } from "./errors.ts";
import type { RunStore } from "./store.ts";
import { openPostgresStore } from "./postgres/store.ts";
import { openSqliteStore } from "./sqlite/store.ts";

/** The database's name within the folder. */
export const DATABASE_FILE = "epochql.db";

/** Location of the runs. */
export interface StoreLocation {
  /** The folder of all data on this machine (EPOCHQL_HOME). It is created if it does not exist. */
  readonly home: string;
  /** The PostgreSQL database to use instead of a file (DATABASE_URL). */
  readonly databaseUrl?: string | undefined;
}

/**
 * Opens the store.
 *
 * @param options.connections maximum number of connections to PostgreSQL
 * @throws {StoreUnavailableError} if it cannot be used; the message states the cause and the remedy
 */
export async function openStore(
  { home, databaseUrl, ...options }: StoreLocation & { readonly connections?: number },
): Promise<RunStore> {
  try {
    await Deno.mkdir(home, { recursive: true });
  } catch (cause) {
    const got = errorMessage(cause);
    throw new StoreUnavailableError(
      `Cannot keep runs in '${home}': it must be a folder that can be written to, got '${got}'. ` +
        "Choose another with EPOCHQL_HOME.",
      { cause },
    );
  }
  if (databaseUrl !== undefined) return await openPostgresStore(databaseUrl, options);
  return await openSqliteStore(join(home, DATABASE_FILE));
}
