/** Webhooks, and the events that they deliver in one order over all runs. */
import type { Kysely } from "kysely";
import type { ColumnTypes } from "../column_types.ts";

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema.createTable("webhooks")
    .addColumn("number", types.counter, types.counting)
    .addColumn("id", "text", (column) => column.notNull().unique())
    .addColumn("url", "text", (column) => column.notNull())
    .addColumn(
      "run",
      types.integer,
      (column) => column.references("runs.number").onDelete("cascade"),
    )
    .addColumn("events", "text", (column) => column.notNull())
    .addColumn("secret", "text", (column) => column.notNull())
    .addColumn("old_secret", "text")
    .addColumn("old_secret_until", types.integer, (column) => column.notNull())
    .addColumn("created_by", "text", (column) => column.notNull())
    .addColumn("created_at", types.integer, (column) => column.notNull())
    .addColumn("revision", types.integer, (column) => column.notNull())
    .addColumn("disabled", "text")
    .addColumn("cursor", types.integer, (column) => column.notNull())
    .addColumn("delivered", types.integer, (column) => column.notNull())
    .addColumn("last_delivered_at", types.integer)
    .addColumn("last_attempt_at", types.integer)
    .addColumn("attempts", types.integer, (column) => column.notNull())
    .addColumn("failing_since", types.integer)
    .addColumn("next_attempt_at", types.integer, (column) => column.notNull())
    .addColumn("last_error", "text")
    .addColumn("lease_owner", "text")
    .addColumn("lease_until", types.integer, (column) => column.notNull())
    .addColumn("lease_ms", types.integer, (column) => column.notNull())
    .execute();
  // For the deletion of a run.
  await db.schema.createIndex("webhooks_by_run").on("webhooks").column("run").execute();

  await db.schema.createTable("announcements")
    .addColumn("number", types.counter, types.counting)
    .addColumn(
      "run",
      types.integer,
      (column) => column.notNull().references("runs.number").onDelete("cascade"),
    )
    .addColumn("seq", types.integer, (column) => column.notNull())
    .addColumn("type", "text", (column) => column.notNull())
    .execute();
  await db.schema.createIndex("announcements_by_run").on("announcements").column("run").execute();
}
