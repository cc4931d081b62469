/** Lists the tags in use with their numbers of runs. */
import type { Kysely } from "kysely";
import type { TagCount } from "../store.ts";
import type { Tables } from "./tables.ts";

/** Lists the most frequent tags first. */
export async function listTags(db: Kysely<Tables>, first: number): Promise<readonly TagCount[]> {
  const rows = await db.selectFrom("tags").select("tag")
    .select((build) => build.fn.countAll<number>().as("runs"))
    .groupBy("tag").orderBy("runs", "desc").orderBy("tag").limit(first).execute();
  // Databases sort text differently.
  return rows.map(({ tag, runs }) => ({ name: tag, runCount: Number(runs) }))
    .sort((a, b) => b.runCount - a.runCount || (a.name < b.name ? -1 : 1));
}
