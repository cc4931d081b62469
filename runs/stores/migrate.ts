/**
 * Brings a database's tables to this version, in one transaction: all of it or nothing.
 */
import { type Kysely, sql } from "kysely";
import { DEFAULT_MIGRATION_TABLE, Migrator } from "kysely/migration";
import { StoreUnavailableError } from "../store.ts";
import { allMigrations, type ColumnTypes } from "./migrations/all.ts";
import type { Tables } from "./tables.ts";

/**
 * Applies the migrations that are missing. Several processes may do so at once.
 *
 * @throws {StoreUnavailableError} if a newer version has written the database
 */
export async function migrate(
  db: Kysely<Tables>,
  types: ColumnTypes,
  place: string,
): Promise<void> {
  const migrations = allMigrations(types);
  const applied = await appliedMigrations(db);
  const unknown = applied.filter((name) => !(name in migrations));
  if (unknown.length > 0) {
    throw new StoreUnavailableError(
      `Cannot use the database ${place}: its tables must be of this version or an older one, got ` +
        `'${
          unknown.join("', '")
        }', which this version does not know. Use the newer version of epochql ` +
        "that wrote it, or another folder (EPOCHQL_HOME).",
    );
  }
  if (applied.length === Object.keys(migrations).length) return;
  await db.transaction().execute(async (transaction) => {
    const provider = { getMigrations: () => Promise.resolve(migrations) };
    const { error } = await new Migrator({ db: transaction, provider }).migrateToLatest();
    if (error !== undefined) throw error;
  });
}

/** The names of the migrations that this database has had. */
async function appliedMigrations(db: Kysely<Tables>): Promise<readonly string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === DEFAULT_MIGRATION_TABLE)) return [];
  const { rows } = await sql<{ name: string }>`select name from ${
    sql.table(DEFAULT_MIGRATION_TABLE)
  }`.execute(db);
  return rows.map((row) => row.name);
}
