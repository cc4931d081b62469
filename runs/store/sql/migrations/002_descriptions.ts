/**
 * Tags, and what runs are found and sorted by, which follows from the snapshots: it is filled in for the runs that are
 * there.
 */
import type { Kysely } from "kysely";
import { fromJson } from "../../../log/codec.ts";
import type { ColumnTypes } from "../column_types.ts";

/** The columns that are read here. */
interface Runs {
  readonly number: number;
  readonly name: string;
  readonly spec: string;
  readonly snapshot: string;
}

/** The columns that are written here. */
interface Lookups extends Record<(typeof METRICS)[number], number | null> {
  readonly run: number;
  readonly name_key: string;
  readonly search_text: string;
}

const METRICS = ["best_test_acc", "test_acc", "test_loss", "train_acc", "train_loss"] as const;

/** Runs that are held in memory at once. */
const PIECE = 500;

export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema.createTable("tags")
    .addColumn("tag", "text", (column) => column.notNull())
    .addColumn(
      "run",
      types.integer,
      (column) => column.notNull().references("runs.number").onDelete("cascade"),
    )
    .addPrimaryKeyConstraint("tags_key", ["tag", "run"])
    .execute();
  // For the deletion of a run.
  await db.schema.createIndex("tags_by_run").on("tags").column("run").execute();

  let lookups = db.schema.createTable("lookups")
    .addColumn(
      "run",
      types.integer,
      (column) => column.primaryKey().references("runs.number").onDelete("cascade"),
    )
    .addColumn("name_key", types.sortedText, (column) => column.notNull());
  for (const metric of METRICS) lookups = lookups.addColumn(metric, types.number);
  await lookups.addColumn("search_text", "text", (column) => column.notNull()).execute();
  await fillIn(db.withTables<OldAndNew>());
}

type OldAndNew = { readonly runs: Runs; readonly lookups: Lookups };

async function fillIn(db: Kysely<OldAndNew>): Promise<void> {
  for (let after = 0;;) {
    const rows = await db.selectFrom("runs").select(["number", "name", "spec", "snapshot"])
      .where("number", ">", after).orderBy("number").limit(PIECE).execute();
    for (const { number, ...row } of rows) {
      await db.insertInto("lookups").values({ run: number, ...valuesOf(row) }).execute();
      after = number;
    }
    if (rows.length < PIECE) return;
  }
}

/** As this version has them: a migration knows nothing of later ones. */
function valuesOf({ name, spec, snapshot }: Pick<Runs, "name" | "spec" | "snapshot">) {
  const { recipe, seed } = JSON.parse(spec) as Record<string, unknown>;
  const { bestTestAcc, lastEpoch } = fromJson(snapshot) as {
    readonly bestTestAcc?: number | null;
    readonly lastEpoch?: Readonly<Record<string, unknown>> | null;
  };
  const text = name.toLowerCase();
  return {
    search_text: `${text}\n${String(recipe).toLowerCase()}\n${seed}\n`,
    name_key: [...text].slice(0, 100).join(""),
    best_test_acc: finite(bestTestAcc),
    test_acc: finite(lastEpoch?.testAcc),
    test_loss: finite(lastEpoch?.testLoss),
    train_acc: finite(lastEpoch?.trainAcc),
    train_loss: finite(lastEpoch?.trainLoss),
  };
}

function finite(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
