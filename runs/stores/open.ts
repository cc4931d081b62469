/**
 * Opens the store of this installation: one file in its folder.
 */
import { join } from "node:path";
import { type RunStore, StoreUnavailableError } from "../store.ts";
import { openSqliteStore } from "./sqlite.ts";

/** The database's name within the folder. */
const DATABASE_FILE = "epochql.db";

/**
 * Opens the store in a folder, which is made if it is not there.
 *
 * @param options.home the folder of everything that is kept (EPOCHQL_HOME)
 * @throws {StoreUnavailableError} if it cannot be used; the message says why and what to do
 */
export async function openStore({ home }: { readonly home: string }): Promise<RunStore> {
  try {
    await Deno.mkdir(home, { recursive: true });
  } catch (cause) {
    const got = cause instanceof Error ? cause.message : String(cause);
    throw new StoreUnavailableError(
      `Cannot keep runs in '${home}': it must be a folder that can be written to, got '${got}'. ` +
        "Choose another with EPOCHQL_HOME.",
      { cause },
    );
  }
  return await openSqliteStore(join(home, DATABASE_FILE));
}
