/** The tags in use, counted. */
import type { Kysely } from "kysely";
import type { TagCount } from "../store.ts";
import type { Tables } from "./tables.ts";

/** Those of most runs first. */
export async function listTags(db: Kysely<Tables>, first: number): Promise<readonly TagCount[]> {
  const rows = await db.selectFrom("tags").select("tag")
    .select((build) => build.fn.countAll<number>().as("runs"))
    .groupBy("tag").orderBy("runs", "desc").orderBy("tag").limit(first).execute();
  // Here and not by the database: each sorts text in its own way.
  return rows.map(({ tag, runs }) => ({ name: tag, runCount: Number(runs) }))
    .sort((a, b) => b.runCount - a.runCount || (a.name < b.name ? -1 : 1));
}
