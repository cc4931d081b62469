/** Transactions that write: each notifies the readers of what it has written. */
import type { Kysely } from "kysely";
import type { LockedRun, Writing } from "./append.ts";
import type { SqlEngine } from "./engine.ts";
import { toKey } from "./rows.ts";
import type { Tables } from "./tables.ts";

/** A database of the store. */
export interface Database {
  readonly db: Kysely<Tables>;
  readonly engine: SqlEngine;
}

/** Runs `work` in a transaction and wakes the readers of the topics that it has added. */
export async function transact<T>(
  { db, engine }: Database,
  work: (writing: Writing) => Promise<T>,
): Promise<T> {
  const topics = new Set<string>();
  const result = await db.transaction().execute(async (transaction) => {
    const result = await work({ transaction, topics, engine });
    if (topics.size > 0) await engine.notify(transaction, [...topics]);
    return result;
  });
  if (topics.size > 0) engine.wake([...topics]);
  return result;
}

/** Locks a run's row until the transaction ends. */
export async function lockRun(
  { transaction, engine }: Writing,
  id: string,
): Promise<LockedRun | undefined> {
  const query = transaction.selectFrom("runs").selectAll().select(engine.now.as("now"))
    .where("id", "=", toKey(id));
  return await engine.lock(query, "wait").executeTakeFirst();
}
