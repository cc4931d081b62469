/** Who started a run; null for those that were started before, or by a command on a worker's machine. */
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("runs").addColumn("started_by", "text").execute();
}
