/**
 * Opens the store of this installation: a PostgreSQL database where one is named, else a file in its folder.
 */
import { join } from "node:path";
import { errorMessage } from "../../lib/error_message.ts";
import { StoreUnavailableError } from "./errors.ts";
import type { RunStore } from "./store.ts";
import { openPostgresStore } from "./postgres/store.ts";
import { openSqliteStore } from "./sqlite/store.ts";

/** The database's name within the folder. */
const DATABASE_FILE = "epochql.db";

/** Location of the runs. */
export interface StoreLocation {
  /** The folder of everything that is kept on this machine (EPOCHQL_HOME). It is made if it is not there. */
  readonly home: string;
  /** The PostgreSQL database that keeps the runs instead (DATABASE_URL). */
  readonly databaseUrl?: string | undefined;
}

/**
 * Opens the store.
 *
 * @param options.connections to PostgreSQL, at most
 * @throws {StoreUnavailableError} if it cannot be used; the message says why and what to do
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
