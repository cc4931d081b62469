/** State, network, dataset and duration of runs beside the values that runs are sorted by already. */
import type { Kysely } from "kysely";
import { fromJson } from "../../../log/codec.ts";
import type { ColumnTypes } from "../column_types.ts";

/** The columns that are read here. */
interface Runs {
  readonly number: number;
  readonly state: string;
  readonly dataset: string;
  readonly spec: string;
  readonly snapshot: string;
}

/** The columns that are written here. Older versions that run meanwhile leave them empty. */
interface Lookups {
  readonly run: number;
  readonly state: string | null;
  readonly network_key: string | null;
  readonly dataset_key: string | null;
  readonly seconds: number | null;
}

/** Runs that are held in memory at once. */
const PIECE = 500;

export async function up(untyped: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  for (const column of ["state", "network_key", "dataset_key"]) {
    await untyped.schema.alterTable("lookups").addColumn(column, "text").execute();
  }
  await untyped.schema.alterTable("lookups").addColumn("seconds", types.number).execute();
  const db = untyped.withTables<{ readonly runs: Runs; readonly lookups: Lookups }>();
  for (let after = -1;;) {
    const rows = await db.selectFrom("runs")
      .select(["number", "state", "dataset", "spec", "snapshot"])
      .where("number", ">", after).orderBy("number").limit(PIECE).execute();
    for (const { number, state, dataset, spec, snapshot } of rows) {
      after = number;
      await db.updateTable("lookups").set({
        state,
        network_key: networkOf(spec),
        dataset_key: dataset,
        seconds: secondsOf(snapshot),
      }).where("run", "=", number).execute();
    }
    if (rows.length < PIECE) return;
  }
}

/** Returns the name of a network; specs of the first version have that of a recipe. */
function networkOf(spec: string): string {
  const { recipe, network } = JSON.parse(spec) as {
    readonly recipe?: string;
    readonly network?: { readonly name?: string };
  };
  return (network?.name ?? recipe ?? "").toLowerCase();
}

function secondsOf(snapshot: string): number | null {
  const { startedAt, endedAt } = fromJson(snapshot) as {
    readonly startedAt?: string | null;
    readonly endedAt?: string | null;
  };
  return startedAt && endedAt ? (Date.parse(endedAt) - Date.parse(startedAt)) / 1000 : null;
}
