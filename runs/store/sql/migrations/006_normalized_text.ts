/** Texts by which runs are found, normalized: 'é' is one character or two, and people type either. */
import type { Kysely } from "kysely";

/** The columns that are read and written here. */
interface Lookups {
  readonly run: number;
  readonly search_text: string;
  readonly name_key: string;
}

/** Runs that are held in memory at once. */
const PIECE = 500;

export async function up(untyped: Kysely<unknown>): Promise<void> {
  const db = untyped.withTables<{ readonly lookups: Lookups }>();
  for (let after = -1;;) {
    const rows = await db.selectFrom("lookups").select(["run", "search_text", "name_key"])
      .where("run", ">", after).orderBy("run").limit(PIECE).execute();
    for (const { run, search_text, name_key } of rows) {
      after = run;
      const [text, key] = [search_text.normalize("NFC"), name_key.normalize("NFC")];
      if (text === search_text && key === name_key) continue;
      await db.updateTable("lookups").set({ search_text: text, name_key: key })
        .where("run", "=", run).execute();
    }
    if (rows.length < PIECE) return;
  }
}
