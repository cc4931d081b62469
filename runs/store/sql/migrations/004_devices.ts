/**
 * The device that a run asks for, in a column of its own: a worker looks only for runs that it can train, however many
 * wait for another device.
 */
import { type Kysely, sql } from "kysely";

/** The columns that are read and written here. */
interface Runs {
  readonly number: number;
  readonly spec: string;
  readonly device: string;
}

/** Runs that are held in memory at once. */
const PIECE = 500;

export async function up(db: Kysely<unknown>): Promise<void> {
  // What an older version writes while this one runs is for any worker, as it was.
  await db.schema.alterTable("runs")
    .addColumn("device", "text", (column) => column.notNull().defaultTo("AUTO")).execute();
  await fillIn(db.withTables<{ readonly runs: Runs }>());
  // The queue of each device.
  await db.schema.createIndex("runs_by_device").on("runs").columns(["device", "number"])
    .where(
      sql<boolean>`state in ('QUEUED', 'RUNNING', 'PAUSING', 'CANCELLING', 'INTERRUPTED')`,
    )
    .execute();
}

async function fillIn(db: Kysely<{ readonly runs: Runs }>): Promise<void> {
  for (let after = 0;;) {
    const rows = await db.selectFrom("runs").select(["number", "spec"])
      .where("number", ">", after).orderBy("number").limit(PIECE).execute();
    const byDevice = Map.groupBy(
      rows,
      ({ spec }) => String((JSON.parse(spec) as { readonly device?: unknown }).device ?? "AUTO"),
    );
    for (const [device, runs] of byDevice) {
      await db.updateTable("runs").set({ device })
        .where("number", "in", runs.map(({ number }) => number)).execute();
    }
    if (rows.length < PIECE) return;
    after = rows.at(-1)?.number ?? after;
  }
}
