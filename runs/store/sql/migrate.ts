/**
 * Migrates a database's tables to this version, in one transaction.
 */
import { type Kysely, sql } from "kysely";
import { DEFAULT_MIGRATION_TABLE, type Migration, Migrator } from "kysely/migration";
import { StoreUnavailableError } from "../errors.ts";
import type { Tables } from "./tables.ts";

/** Options of migrate(). */
export interface MigrateOptions {
  /** Migrations by name; applied in the order of the names. */
  readonly migrations: Readonly<Record<string, Migration>>;
  /** The database for display. */
  readonly place: string;
  /**
   * Runs the work while no other process migrates, with a connection and the schema to create tables in, if the
   * database has schemas.
   */
  readonly alone: (
    work: (db: Kysely<Tables>, schema?: string) => Promise<void>,
  ) => Promise<void>;
}

/**
 * Applies the missing migrations. Several processes may call this at once.
 *
 * @throws {StoreUnavailableError} if a newer version has written the database
 */
export async function migrate(
  db: Kysely<Tables>,
  { migrations, place, alone }: MigrateOptions,
): Promise<void> {
  const applied = await appliedMigrations(db);
  const unknown = applied.filter((name) => !(name in migrations));
  if (unknown.length > 0) {
    throw new StoreUnavailableError(
      `Cannot use the database ${place}: its tables must be of this version or an older one, got ` +
        `'${
          unknown.join("', '")
        }', which this version does not know. Use the newer version of epochql ` +
        "that wrote it, or another database (EPOCHQL_HOME, DATABASE_URL).",
    );
  }
  if (applied.length === Object.keys(migrations).length) return;
  await alone(async (db, schema) => {
    const provider = { getMigrations: () => Promise.resolve({ ...migrations }) };
    const { error } = await new Migrator({
      db,
      provider,
      // Two that were written beside each other may be merged in the other order; none relies on its neighbours.
      allowUnorderedMigrations: true,
      ...(schema === undefined ? {} : { migrationTableSchema: schema }),
    }).migrateToLatest();
    if (error !== undefined) throw error;
  });
}

/** Reads the names of the applied migrations. */
async function appliedMigrations(db: Kysely<Tables>): Promise<readonly string[]> {
  try {
    const { rows } = await sql<{ name: string }>`select name from ${
      sql.table(DEFAULT_MIGRATION_TABLE)
    }`.execute(db);
    return rows.map((row) => row.name);
  } catch (error) {
    if (isMissingTable(error)) return [];
    throw error;
  }
}

/** Recognizes a missing table by SQLite's message or PostgreSQL's code. */
function isMissingTable(error: unknown): boolean {
  return error instanceof Error &&
    (/^no such table/.test(error.message) || "code" in error && error.code === "42P01");
}
