/** The client that started a run; null for older runs and for commands on a worker's machine. */
import type { Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("runs").addColumn("started_by", "text").execute();
}
