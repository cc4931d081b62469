/** A database as the version before this one left it: its tables, and three runs without and with an epoch. */
import type { Kysely } from "kysely";
import { Migrator } from "kysely/migration";
import type { ColumnTypes } from "../../../runs/store/sql/column_types.ts";
import { allMigrations } from "../../../runs/store/sql/migrations/all.ts";
import { anEpoch, aSpec } from "../../support/fake_run.ts";

/** @param db a database without tables; it is closed at the end */
export async function writeOldDatabase(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const { "001_runs": first } = allMigrations(types);
  if (!first) throw new Error("There must be the migration 001_runs.");
  const provider = { getMigrations: () => Promise.resolve({ "001_runs": first }) };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error !== undefined) throw error;
  const tables = db.withTables<{ runs: Record<string, string | number | null> }>();
  for (const number of [0, 1, 2]) {
    // What the snapshots of that version did not hold is left out.
    const snapshot = {
      state: number === 0 ? "QUEUED" : "COMPLETED",
      lastSeq: 1,
      lastEpoch: number === 0 ? null : { ...anEpoch(number + 1), testLoss: 1 / number },
      bestTestAcc: number === 0 ? null : 0.5,
    };
    await tables.insertInto("runs").values({
      id: `00000000-0000-0000-0000-00000000000${number}`,
      name: `Old ${number}`,
      spec: JSON.stringify(aSpec()),
      idempotency_key: null,
      created_at: 1_700_000_000_000 + number,
      snapshot: JSON.stringify(snapshot),
      state: snapshot.state,
      lease_owner: null,
      lease_until: 0,
      fence: 0,
      appends: 0,
    }).execute();
  }
  await db.destroy();
}
