/** The name of the dataset that a run trains on, in a column of its own: runs are counted and found by it. */
import type { Kysely } from "kysely";

/** The columns that are read and written here. */
interface Runs {
  readonly number: number;
  readonly spec: string;
  readonly dataset: string;
}

/** Runs that are held in memory at once. */
const PIECE = 500;

/** The dataset of specs without one. */
const FIRST = "mnist";

export async function up(db: Kysely<unknown>): Promise<void> {
  // What an older version writes while this one runs counts as one on the first dataset.
  await db.schema.alterTable("runs")
    .addColumn("dataset", "text", (column) => column.notNull().defaultTo(FIRST)).execute();
  await fillIn(db.withTables<{ readonly runs: Runs }>());
  await db.schema.createIndex("runs_by_dataset").on("runs").column("dataset").execute();
}

async function fillIn(db: Kysely<{ readonly runs: Runs }>): Promise<void> {
  for (let after = 0;;) {
    const rows = await db.selectFrom("runs").select(["number", "spec"])
      .where("number", ">", after).orderBy("number").limit(PIECE).execute();
    const byDataset = Map.groupBy(rows, ({ spec }) => datasetOf(spec));
    for (const [dataset, runs] of byDataset) {
      await db.updateTable("runs").set({ dataset })
        .where("number", "in", runs.map(({ number }) => number)).execute();
    }
    if (rows.length < PIECE) return;
    after = rows.at(-1)?.number ?? after;
  }
}

/** Returns the dataset's name without its version. */
function datasetOf(spec: string): string {
  const { dataset } = JSON.parse(spec) as { readonly dataset?: unknown };
  return typeof dataset === "string" ? dataset.split("@")[0] ?? FIRST : FIRST;
}
