/**
 * Runs, their logs, the changes of their states, and workers.
 */
import { type Kysely, sql } from "kysely";
import type { ColumnTypes } from "../column_types.ts";

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema.createTable("runs")
    .addColumn("number", types.counter, types.counting)
    .addColumn("id", "text", (column) => column.notNull().unique())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("spec", "text", (column) => column.notNull())
    .addColumn("idempotency_key", "text", (column) => column.unique())
    .addColumn("created_at", types.integer, (column) => column.notNull())
    .addColumn("snapshot", "text", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("lease_owner", "text")
    .addColumn("lease_until", types.integer, (column) => column.notNull())
    .addColumn("fence", types.integer, (column) => column.notNull())
    .addColumn("appends", types.integer, (column) => column.notNull())
    .execute();
  // The queue, and lists of one state.
  await db.schema.createIndex("runs_by_state").on("runs").columns(["state", "number"]).execute();

  await db.schema.createTable("events")
    .addColumn(
      "run",
      types.integer,
      (column) => column.notNull().references("runs.number").onDelete("cascade"),
    )
    .addColumn("seq", types.integer, (column) => column.notNull())
    .addColumn("at", types.integer, (column) => column.notNull())
    .addColumn("type", "text", (column) => column.notNull())
    .addColumn("body", "text", (column) => column.notNull())
    .addColumn("last_step", types.integer)
    .addPrimaryKeyConstraint("events_key", ["run", "seq"])
    .execute();
  // A watcher of epochs reads few events of a long log.
  await db.schema.createIndex("events_by_type").on("events").columns(["run", "type", "seq"])
    .execute();
  // Finds a step in the log. Each step is logged once.
  await db.schema.createIndex("events_by_step").on("events").columns(["run", "last_step"]).unique()
    .where(sql.ref("last_step"), "is not", null).execute();

  await db.schema.createTable("changes")
    .addColumn("change", types.counter, types.counting)
    .addColumn(
      "run",
      types.integer,
      (column) => column.notNull().references("runs.number").onDelete("cascade"),
    )
    .addColumn("snapshot", "text", (column) => column.notNull())
    .execute();
  // For the deletion of a run.
  await db.schema.createIndex("changes_by_run").on("changes").column("run").execute();

  await db.schema.createTable("workers")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("seen_at", types.integer, (column) => column.notNull())
    .addColumn("info", "text", (column) => column.notNull())
    .execute();
}
