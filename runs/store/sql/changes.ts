/** Changes of runs' states and descriptions, in the order of their numbers. */
import type { Kysely } from "kysely";
import type { StateChange } from "../store.ts";
import { toRun } from "./rows.ts";
import type { Tables } from "./tables.ts";

/** Reads the changes after a number, each with its run as it was then. */
export async function readChanges(
  db: Kysely<Tables>,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<readonly StateChange[]> {
  const rows = await db.selectFrom("changes").innerJoin("runs", "runs.number", "changes.run")
    .selectAll("runs").select(["changes.change", "changes.snapshot as snapshot_then"])
    .where("changes.change", ">", after).orderBy("changes.change").limit(limit).execute();
  return rows.map((row) => ({
    change: row.change,
    run: toRun({ ...row, snapshot: row.snapshot_then }),
  }));
}

/** Returns the number of the latest change, 0 if there is none. */
export async function lastChange(db: Kysely<Tables>): Promise<number> {
  const row = await db.selectFrom("changes").select("change")
    .orderBy("change", "desc").limit(1).executeTakeFirst();
  return row?.change ?? 0;
}
