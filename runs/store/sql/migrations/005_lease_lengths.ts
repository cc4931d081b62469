/** The length of each lease: the end of a longer one is not believed. */
import type { Kysely } from "kysely";
import type { ColumnTypes } from "../column_types.ts";

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  // What an older version claims while this one runs has an unknown length.
  await db.schema.alterTable("runs")
    .addColumn("lease_ms", types.integer, (column) => column.notNull().defaultTo(0)).execute();
}
